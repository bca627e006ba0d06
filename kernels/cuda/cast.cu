// SPDX-License-Identifier: Apache-2.0
#include "cuda/common/bf16.cuh"
#include "cuda/common/map.cuh"
#include "cuda/common/narrow.h"
#include "cuda/ops.h"

namespace fovea::cuda {
namespace {

// `fours` of four at the start, the rest one by one.
__global__ void narrow_kernel(int64_t n, int64_t fours, const float* x, BFloat16* y) {
  const int64_t first = int64_t{blockIdx.x} * kMapThreads + threadIdx.x;
  const int64_t step = int64_t{gridDim.x} * kMapThreads;
  for (int64_t i = first; i < fours; i += step) store4(y, i, load4(x, i));
  for (int64_t i = 4 * fours + first; i < n; i += step) y[i] = BFloat16::from_float(x[i]);
}

__global__ void widen_kernel(int64_t n, int64_t fours, const BFloat16* x, float* y) {
  const int64_t first = int64_t{blockIdx.x} * kMapThreads + threadIdx.x;
  const int64_t step = int64_t{gridDim.x} * kMapThreads;
  for (int64_t i = first; i < fours; i += step) reinterpret_cast<float4*>(y)[i] = load4(x, i);
  for (int64_t i = 4 * fours + first; i < n; i += step) y[i] = x[i].to_float();
}

}  // namespace

void narrow(const Context& ctx, const float* from, int64_t n, BFloat16* to) {
  const MapSize size(n, aligned_for_vectors(from) && aligned_for_four(to));
  launch(ctx, "cast", narrow_kernel, size.blocks, kMapThreads, 0, n, size.vectors, from, to);
}

void cast(Context& ctx, const Tensor& x, Tensor& y) {
  if (x.dtype() == DType::f32) {
    narrow(ctx, x.data<float>(), x.elements(), y.data<BFloat16>());
    return;
  }
  const auto* from = x.data<BFloat16>();
  auto* to = y.data<float>();
  const MapSize size(x.elements(), aligned_for_four(from) && aligned_for_vectors(to));
  launch(ctx, "cast", widen_kernel, size.blocks, kMapThreads, 0, size.n, size.vectors, from, to);
}

}  // namespace fovea::cuda
