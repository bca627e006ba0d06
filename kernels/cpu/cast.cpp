// SPDX-License-Identifier: Apache-2.0
// Plain loops: memory is what they wait for, and compilers vectorise them.
#include <fovea/kernels/cast.h>

namespace fovea::cpu {
namespace {

constexpr int64_t kGrain = 1 << 15;

void narrow(const float* x, int64_t n, BFloat16* y) {
  for (int64_t i = 0; i < n; i++) y[i] = BFloat16::from_float(x[i]);
}

void widen(const BFloat16* x, int64_t n, float* y) {
  for (int64_t i = 0; i < n; i++) y[i] = x[i].to_float();
}

}  // namespace

void cast(Context& ctx, const Tensor& x, Tensor& y) {
  ctx.pool().parallel_ranges(x.elements(), kGrain, [&](int64_t begin, int64_t end) {
    if (x.dtype() == DType::f32)
      narrow(x.data<float>() + begin, end - begin, y.data<BFloat16>() + begin);
    else
      widen(x.data<BFloat16>() + begin, end - begin, y.data<float>() + begin);
  });
}

}  // namespace fovea::cpu
