// SPDX-License-Identifier: Apache-2.0
// Sum of two tensors, sum of all elements, concatenation.
#include <fovea/kernels/elementwise.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/elementwise.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/reduce-inl.h"
#include "cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

void add_range(int64_t begin, int64_t end, const float* a, const float* b, float* y) {
  map(
      begin, end, [](FloatVector u, FloatVector v) { return hn::Add(u, v); }, y, a, b);
}

float sum_all(const float* x, int64_t n) { return sum(x, n); }

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {
namespace {

HWY_EXPORT(add_range);
HWY_EXPORT(sum_all);

// Calls copy(row of y at a part's channels, row of the part, part's bytes) for every row and part.
template <class Copy>
void for_each_piece(Context& ctx, const Tensor& y, std::span<const Tensor> xs, Copy copy) {
  const int64_t channels = y.shape()[-1];
  if (channels == 0) return;
  constexpr int64_t kGrainBytes = 1 << 16;
  const int64_t grain = kGrainBytes / (channels * int64_t{sizeof(float)}) + 1;
  ctx.pool().parallel_ranges(y.elements() / channels, grain, [&](int64_t begin, int64_t end) {
    float* to = y.data<float>();
    for (const Tensor& x : xs) {
      const int64_t width = x.shape()[-1];
      for (int64_t row = begin; row < end; row++) {
        copy(to + row * channels, x.data<float>() + row * width,
             static_cast<size_t>(width) * sizeof(float));
      }
      to += width;
    }
  });
}

}  // namespace

void add(Context& ctx, const Tensor& a, const Tensor& b, Tensor& y) {
  const auto kernel = &HWY_DYNAMIC_DISPATCH(add_range);
  ctx.pool().parallel_ranges(y.elements(), 1 << 15, [&](int64_t begin, int64_t end) {
    kernel(begin, end, a.data<float>(), b.data<float>(), y.data<float>());
  });
}

void concat(Context& ctx, std::span<const Tensor> xs, Tensor& y) {
  for_each_piece(ctx, y, xs,
                 [](float* whole, const float* part, size_t n) { std::memcpy(whole, part, n); });
}

void split(Context& ctx, const Tensor& y, std::span<Tensor> xs) {
  for_each_piece(ctx, y, xs,
                 [](const float* whole, float* part, size_t n) { std::memcpy(part, whole, n); });
}

void sum(Context&, const Tensor& x, Tensor& result) {
  *result.data<float>() = HWY_DYNAMIC_DISPATCH(sum_all)(x.data<float>(), x.elements());
}

}  // namespace fovea::cpu
#endif
