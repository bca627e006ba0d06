// SPDX-License-Identifier: Apache-2.0
// Softmax and cross-entropy, one row at a time.
#include "common/label_rank.h"

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

// What a row's loss and gradient are made of, d being z - max: sum of e^d, and sum of d if asked,
// or of w d when there are weights.
struct RowSums {
  float exps = 0, shifted = 0;
};

// Writes e^d to `e` unless it is null; `e` may be z.
HWY_INLINE RowSums exponentials(const float* z, int64_t n, float top, bool want_shifted,
                                const float* weights, float* e) {
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
    if (want_shifted && weights != nullptr) {
      map(
          0, count, [](FloatVector v, FloatVector w) { return hn::Mul(v, w); }, d, d, weights + i);
    }
    if (want_shifted) shifted.add(d, count);
    if (e != nullptr) std::memcpy(e + i, exp_d, static_cast<size_t>(count) * sizeof(float));
  }
  return {exps.sum(), want_shifted ? shifted.sum() : 0.0f};
}

void softmax_row(const float* z, int64_t n, float* p) {
  const RowSums sums = exponentials(z, n, largest(z, n), false, nullptr, p);
  const FloatVector total = hn::Set(Floats(), sums.exps);
  map(
      0, n, [=](FloatVector v) { return hn::Div(v, total); }, p, p);
}

HWY_INLINE float log_of(float v) { return hn::GetLane(math::log<VectorOps>(hn::Set(Floats(), v))); }

// The loss of one row; and its gradient times `scale`, unless dz is null.
float cross_entropy_row(const float* z, int64_t n, int32_t label, float smoothing, float scale,
                        float* dz) {
  const float top = largest(z, n), shifted_label = z[label] - top;
  const RowSums sums = exponentials(z, n, top, smoothing > 0, nullptr, dz);
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
  const float log_sum = log_of(sums.exps);
  if (smoothing == 0) return log_sum - shifted_label;
  return log_sum - ((1.0f - smoothing) * shifted_label + cold * sums.shifted);
}

// The same with class weights, whose sum is `weight_sum`, and with smoothing: the target of class c
// is cold w_c, at the label (1 - smoothing) w_c more; all together they are `mass`.
float weighted_cross_entropy_row(const float* z, int64_t n, int32_t label, float smoothing,
                                 float scale, const float* weights, float weight_sum, float* dz) {
  const float top = largest(z, n), shifted_label = z[label] - top;
  const RowSums sums = exponentials(z, n, top, true, weights, dz);
  const float cold = smoothing / static_cast<float>(n), hot = (1.0f - smoothing) * weights[label],
              mass = hot + cold * weight_sum;
  if (dz != nullptr) {
    const float at_label = (dz[label] / sums.exps * mass - (hot + cold * weights[label])) * scale;
    const Floats d;
    const FloatVector total = hn::Set(d, sums.exps), all = hn::Set(d, mass),
                      share = hn::Set(d, cold), factor = hn::Set(d, scale);
    map(
        0, n,
        [=](FloatVector e, FloatVector w) {
          const FloatVector p = hn::Mul(hn::Div(e, total), all);
          return hn::Mul(hn::Sub(p, hn::Mul(share, w)), factor);
        },
        dz, dz, weights);
    dz[label] = at_label;
  }
  return log_of(sums.exps) * mass - (hot * shifted_label + cold * sums.shifted);
}

float sum_of(const float* x, int64_t n) { return sum(x, n); }

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(softmax_row);
HWY_EXPORT(cross_entropy_row);
HWY_EXPORT(weighted_cross_entropy_row);
HWY_EXPORT(sum_of);

namespace {

// The rows of z, labels, losses and dz, whose gradients may be null.
struct Rows {
  int64_t classes;
  const float* z;
  const int32_t* labels;
  float* losses;
  float* dz;

  const float* row(int64_t n) const { return z + n * classes; }
  float* gradient(int64_t n) const { return dz == nullptr ? nullptr : dz + n * classes; }
};

// With weights but without smoothing a row's loss and gradient are those without weights, times the
// label's weight.
void weighted_rows(Context& ctx, const Rows& rows, int64_t batch, const float* weights,
                   float scale) {
  const auto kernel = &HWY_DYNAMIC_DISPATCH(cross_entropy_row);
  ctx.pool().parallel_for(batch, [&](int64_t n, int) {
    const int32_t label = rows.labels[n];
    const float weight = weights[label];
    rows.losses[n] =
        weight * kernel(rows.row(n), rows.classes, label, 0, weight * scale, rows.gradient(n));
  });
}

void weighted_smoothed_rows(Context& ctx, const Rows& rows, int64_t batch, const float* weights,
                            float smoothing, float scale) {
  const float weight_sum = HWY_DYNAMIC_DISPATCH(sum_of)(weights, rows.classes);
  const auto kernel = &HWY_DYNAMIC_DISPATCH(weighted_cross_entropy_row);
  ctx.pool().parallel_for(batch, [&](int64_t n, int) {
    rows.losses[n] = kernel(rows.row(n), rows.classes, rows.labels[n], smoothing, scale, weights,
                            weight_sum, rows.gradient(n));
  });
}

}  // namespace

void softmax_forward(Context& ctx, const Tensor& z, Tensor& p) {
  const int64_t classes = z.shape()[1];
  const auto kernel = &HWY_DYNAMIC_DISPATCH(softmax_row);
  ctx.pool().parallel_for(z.shape()[0], [&](int64_t n, int) {
    kernel(z.data<float>() + n * classes, classes, p.data<float>() + n * classes);
  });
}

void softmax_cross_entropy(Context& ctx, const CrossEntropyParams& params, const Tensor& z,
                           const Tensor& labels, Tensor& losses, Tensor& dz) {
  const int64_t batch = z.shape()[0];
  const Rows rows = {z.shape()[1], z.data<float>(), labels.data<int32_t>(), losses.data<float>(),
                     dz ? dz.data<float>() : nullptr};
  const float scale = 1.0f / loss_divisor(params, labels), smoothing = params.label_smoothing;
  if (params.class_weights) {
    const float* weights = params.class_weights.data<float>();
    if (smoothing > 0) return weighted_smoothed_rows(ctx, rows, batch, weights, smoothing, scale);
    return weighted_rows(ctx, rows, batch, weights, scale);
  }
  const auto kernel = &HWY_DYNAMIC_DISPATCH(cross_entropy_row);
  ctx.pool().parallel_for(batch, [&](int64_t n, int) {
    rows.losses[n] =
        kernel(rows.row(n), rows.classes, rows.labels[n], smoothing, scale, rows.gradient(n));
  });
}

void label_ranks(Context& ctx, const Tensor& z, const Tensor& labels, Tensor& ranks) {
  const int64_t classes = z.shape()[1];
  ctx.pool().parallel_for(z.shape()[0], [&](int64_t n, int) {
    const float* logits = z.data<float>() + n * classes;
    const int32_t label = labels.data<int32_t>()[n];
    const float own = logits[label];
    int32_t rank = own == own ? 0 : static_cast<int32_t>(classes);
    for (int64_t c = 0; own == own && c < classes; c++) rank += is_ahead(logits[c], c, own, label);
    ranks.data<int32_t>()[n] = rank;
  });
}

}  // namespace fovea::cpu
#endif
