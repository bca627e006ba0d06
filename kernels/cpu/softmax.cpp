// SPDX-License-Identifier: Apache-2.0
// Softmax and cross-entropy, one row at a time.
#include <fovea/kernels/softmax.h>

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/softmax.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/reduce-inl.h"
#include "cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// The largest element that is not NaN, +0 for -0; -inf when there is none.
HWY_INLINE float largest(const float* z, int64_t n) {
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  const Floats d;
  const auto larger = [](FloatVector a, FloatVector b) {
    return hn::IfThenElse(hn::Gt(b, a), b, a);
  };
  FloatVector best = hn::Set(d, kLowest);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) best = larger(best, hn::LoadU(d, z + i));
  alignas(64) float lanes[kLanes];
  hn::Store(best, d, lanes);
  float top = kLowest;
  for (const float lane : lanes) top = std::max(top, lane);
  for (; i < n; i++) top = z[i] > top ? z[i] : top;
  return top + 0.0f;
}

// What a row's loss and gradient are made of, d being z - max: sum of e^d, and sum of d if asked.
struct RowSums {
  float exps = 0, shifted = 0;
};

// Writes e^d to `e` unless it is null; `e` may be z.
HWY_INLINE RowSums exponentials(const float* z, int64_t n, float top, bool want_shifted, float* e) {
  const FloatVector max = hn::Set(Floats(), top);
  Parts exps, shifted;
  alignas(64) float d[kReduceParts], exp_d[kReduceParts];
  for (int64_t i = 0; i < n; i += kReduceParts) {
    const int64_t count = n - i < kReduceParts ? n - i : kReduceParts;
    map(
        0, count, [=](FloatVector v) { return hn::Sub(v, max); }, d, z + i);
    map(
        0, count, [](FloatVector v) { return math::exp<VectorOps>(v); }, exp_d, d);
    exps.add(exp_d, count);
    if (want_shifted) shifted.add(d, count);
    if (e != nullptr) std::memcpy(e + i, exp_d, static_cast<size_t>(count) * sizeof(float));
  }
  return {exps.sum(), want_shifted ? shifted.sum() : 0.0f};
}

void softmax_row(const float* z, int64_t n, float* p) {
  const RowSums sums = exponentials(z, n, largest(z, n), false, p);
  const FloatVector total = hn::Set(Floats(), sums.exps);
  map(
      0, n, [=](FloatVector v) { return hn::Div(v, total); }, p, p);
}

// The loss of one row; and its gradient times `scale`, unless dz is null.
float cross_entropy_row(const float* z, int64_t n, int32_t label, float smoothing, float scale,
                        float* dz) {
  const float top = largest(z, n), shifted_label = z[label] - top;
  const RowSums sums = exponentials(z, n, top, smoothing > 0, dz);
  const float cold = smoothing / static_cast<float>(n), hot = (1.0f - smoothing) + cold;
  if (dz != nullptr) {
    const float at_label = (dz[label] / sums.exps - hot) * scale;
    const FloatVector total = hn::Set(Floats(), sums.exps), target = hn::Set(Floats(), cold),
                      factor = hn::Set(Floats(), scale);
    map(
        0, n, [=](FloatVector e) { return hn::Mul(hn::Sub(hn::Div(e, total), target), factor); },
        dz, dz);
    dz[label] = at_label;
  }
  const float log_sum = hn::GetLane(math::log<VectorOps>(hn::Set(Floats(), sums.exps)));
  if (smoothing == 0) return log_sum - shifted_label;
  return log_sum - ((1.0f - smoothing) * shifted_label + cold * sums.shifted);
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(softmax_row);
HWY_EXPORT(cross_entropy_row);

void softmax_forward(Context& ctx, const Tensor& z, Tensor& p) {
  const int64_t classes = z.shape()[1];
  const auto kernel = &HWY_DYNAMIC_DISPATCH(softmax_row);
  ctx.pool().parallel_for(z.shape()[0], [&](int64_t n, int) {
    kernel(z.data<float>() + n * classes, classes, p.data<float>() + n * classes);
  });
}

void softmax_cross_entropy(Context& ctx, const CrossEntropyParams& params, const Tensor& z,
                           const Tensor& labels, Tensor& losses, Tensor& dz) {
  const int64_t batch = z.shape()[0], classes = z.shape()[1];
  const float scale = 1.0f / static_cast<float>(params.count > 0 ? params.count : batch);
  const auto kernel = &HWY_DYNAMIC_DISPATCH(cross_entropy_row);
  ctx.pool().parallel_for(batch, [&](int64_t n, int) {
    losses.data<float>()[n] =
        kernel(z.data<float>() + n * classes, classes, labels.data<int32_t>()[n],
               params.label_smoothing, scale, dz ? dz.data<float>() + n * classes : nullptr);
  });
}

}  // namespace fovea::cpu
#endif
