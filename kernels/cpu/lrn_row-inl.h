// SPDX-License-Identifier: Apache-2.0
// Local response normalisation of a run of pixels, across channels, forward and backward. Included
// once per instruction set.
#if defined(FOVEA_KERNELS_CPU_LRN_ROW_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_LRN_ROW_INL_H
#undef FOVEA_KERNELS_CPU_LRN_ROW_INL_H
#else
#define FOVEA_KERNELS_CPU_LRN_ROW_INL_H
#endif

#include "cpu/lrn_plan.h"
#include "cpu/vector-inl.h"

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Copies `runs` groups to `to`, each between `before` and `after` zeros.
HWY_INLINE void pad_groups(const float* x, int64_t runs, int64_t group, int64_t before,
                           int64_t after, float* to) {
  for (int64_t i = 0; i < runs; i++, x += group) {
    to = std::fill_n(to, before, 0.0f);
    for (int64_t c = 0; c < group; c += kLanes) {
      store_up_to(hn::LoadU(Floats(), x + c), to + c, group - c);
    }
    to = std::fill_n(to + group, after, 0.0f);
  }
}

// s of the elements from `window`, the first cell of their windows.
HWY_INLINE FloatVector lrn_scale(const LrnPlan& plan, const float* window) {
  const Floats d;
  const FloatVector first = hn::LoadU(d, window);
  FloatVector squares = hn::Mul(first, first);
  for (int64_t i = 1; i <= plan.before + plan.after; i++) {
    const FloatVector v = hn::LoadU(d, window + i);
    squares = hn::MulAdd(v, v, squares);
  }
  return hn::MulAdd(hn::Set(d, plan.a), squares, hn::Set(d, plan.k));
}

HWY_INLINE FloatVector window_sum(const float* window, int64_t size) {
  const Floats d;
  FloatVector sum = hn::LoadU(d, window);
  for (int64_t i = 1; i < size; i++) sum = hn::Add(sum, hn::LoadU(d, window + i));
  return sum;
}

// y = x s^-beta for `pixels` pixels. scratch: plan.scratch() floats.
HWY_INLINE void lrn_row(const LrnPlan& plan, int64_t pixels, const float* x, float* y,
                        float* scratch) {
  for (int64_t begin = 0; begin < pixels; begin += plan.block_pixels()) {
    const int64_t runs = std::min(plan.block_pixels(), pixels - begin) * plan.groups;
    pad_groups(x, runs, plan.group, plan.before, plan.after, scratch);
    const float* window = scratch;
    for (int64_t i = 0; i < runs; i++, window += plan.padded_group()) {
      for (int64_t c = 0; c < plan.group; c += kLanes) {
        const FloatVector p =
            math::negative_power<VectorOps>(lrn_scale(plan, window + c), plan.beta);
        const FloatVector v = hn::LoadU(Floats(), window + plan.before + c);
        store_up_to(hn::Mul(v, p), y + c, plan.group - c);
      }
      y += plan.group;
    }
    x += runs * plan.group;
  }
}

// dx = dy s^-beta + factor x sum of (dy x s^-beta / s) over the windows that hold x; and 0 where
// `positive`, unless null, is not above 0. dx may be dy. scratch: plan.scratch() floats.
HWY_INLINE void lrn_gradient_row(const LrnPlan& plan, int64_t pixels, const float* x,
                                 const float* dy, const float* positive, float* dx,
                                 float* scratch) {
  const Floats d;
  float* const padded_x = scratch;
  float* const ratios = scratch + plan.padded_block();
  float* const scaled = ratios + plan.padded_block();
  const int64_t size = plan.before + plan.after + 1;
  for (int64_t begin = 0; begin < pixels; begin += plan.block_pixels()) {
    const int64_t runs = std::min(plan.block_pixels(), pixels - begin) * plan.groups;
    pad_groups(x, runs, plan.group, plan.before, plan.after, padded_x);
    const float* window = padded_x;
    float *ratio = ratios, *gradient = scaled;
    for (int64_t i = 0; i < runs; i++, window += plan.padded_group()) {
      ratio = std::fill_n(ratio, plan.after, 0.0f);  // windows turn round: they reach `after` down
      for (int64_t c = 0; c < plan.group; c += kLanes) {
        const FloatVector s = lrn_scale(plan, window + c);
        const FloatVector p = math::negative_power<VectorOps>(s, plan.beta);
        const FloatVector g = hn::Mul(hn::LoadU(d, dy + c), p);
        const FloatVector v = hn::LoadU(d, window + plan.before + c);
        hn::StoreU(g, d, gradient + c);
        store_up_to(hn::Div(hn::Mul(g, v), s), ratio + c, plan.group - c);
      }
      ratio = std::fill_n(ratio + plan.group, plan.before, 0.0f);
      gradient += plan.group;
      dy += plan.group;
    }
    const FloatVector factor = hn::Set(d, plan.factor);
    window = ratios;
    const float *center = padded_x + plan.before, *g = scaled;
    for (int64_t i = 0; i < runs; i++, window += plan.padded_group()) {
      for (int64_t c = 0; c < plan.group; c += kLanes) {
        const FloatVector v = hn::LoadU(d, center + c);
        FloatVector out =
            hn::MulAdd(hn::Mul(factor, v), window_sum(window + c, size), hn::LoadU(d, g + c));
        if (positive != nullptr) out = where_positive(hn::LoadU(d, positive + c), out);
        store_up_to(out, dx + c, plan.group - c);
      }
      center += plan.padded_group();
      g += plan.group;
      dx += plan.group;
      if (positive != nullptr) positive += plan.group;
    }
    x += runs * plan.group;
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
