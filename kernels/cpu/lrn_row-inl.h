// SPDX-License-Identifier: Apache-2.0
// Local response normalisation of a run of pixels, across channels, forward and backward. Included
// once per instruction set.
#if defined(FOVEA_KERNELS_CPU_LRN_ROW_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_LRN_ROW_INL_H
#undef FOVEA_KERNELS_CPU_LRN_ROW_INL_H
#else
#define FOVEA_KERNELS_CPU_LRN_ROW_INL_H
#endif

#include "cpu/lrn_five-inl.h"
#include "cpu/lrn_plan.h"
#include "cpu/vector-inl.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Squares of `runs` groups, one group every `stride` floats; what lies between is left alone.
HWY_INLINE void spread_squares(const float* x, int64_t runs, int64_t group, int64_t stride,
                               float* to) {
  for (int64_t i = 0; i < runs; i++, x += group, to += stride) {
    for (int64_t c = 0; c < group; c += kLanes) {
      const FloatVector v = hn::LoadU(Floats(), x + c);
      store_up_to(hn::Mul(v, v), to + c, group - c);
    }
  }
}

HWY_INLINE FloatVector window_sum(const float* window, int64_t size) {
  const Floats d;
  FloatVector sum = hn::LoadU(d, window);
  for (int64_t i = 1; i < size; i++) sum = hn::Add(sum, hn::LoadU(d, window + i));
  return sum;
}

// s of the elements whose windows of squares start at `window`.
HWY_INLINE FloatVector lrn_scale(const LrnPlan& plan, const float* window, int64_t size) {
  const Floats d;
  return hn::MulAdd(hn::Set(d, plan.a), window_sum(window, size), hn::Set(d, plan.k));
}

// s^-beta for any beta.
struct AnyPower {
  float beta;

  HWY_INLINE FloatVector operator()(FloatVector s) const {
    return math::negative_power<VectorOps>(s, beta);
  }
  HWY_INLINE bool valid() const { return true; }
};

// s^-0.75 for s > 2^-40, which holds where k is; valid() tells whether all s were below 2^40 too.
// If not, the block has to be done again.
struct FastPower {
  FloatMask near;

  HWY_INLINE FastPower() : near(hn::Eq(hn::Zero(Floats()), hn::Zero(Floats()))) {}

  HWY_INLINE FloatVector operator()(FloatVector s) {
    near = hn::And(near, hn::Lt(s, hn::Set(Floats(), 0x1p40f)));
    return math::inverse_three_quarters_power_near_1<VectorOps>(s);
  }
  HWY_INLINE bool valid() const { return hn::AllTrue(Floats(), near); }
};

// Calls block(size, power, stream), which gives whether its results are valid, with compile-time
// constants where the window and beta are AlexNet's.
template <class Block>
HWY_INLINE void run_block(const LrnPlan& plan, bool stream, Block block) {
  constexpr std::integral_constant<int64_t, 5> five;
  const int64_t size = plan.before + plan.after + 1;
  const bool fast = size == 5 && plan.beta == 0.75f && plan.k > 0x1p-40f;
  if (fast && stream && block(five, FastPower(), std::true_type())) return;
  if (fast && !stream && block(five, FastPower(), std::false_type())) return;
  block(size, AnyPower{plan.beta}, stream);
}

// Calls body(c, channels left) for a group's vectors; the number left is a constant for whole ones.
template <class Body>
HWY_INLINE void for_group_vectors(int64_t group, Body body) {
  int64_t c = 0;
  for (; c + kLanes <= group; c += kLanes) body(c, std::integral_constant<int64_t, kLanes>());
  if (c < group) body(c, group - c);
}

// What a pass reads next is fetched ahead: it comes in short bursts, which processors do not
// foresee.
HWY_INLINE void prefetch_ahead(const float* x, int64_t floats) { hwy::Prefetch(x + floats); }

// y = x s^-beta of `runs` groups, whose squares are in `squares`.
template <class Size, class Power, class Stream>
HWY_INLINE bool lrn_block(const LrnPlan plan, Size size, Power power, Stream stream, int64_t runs,
                          const float* squares, const float* x, float* y) {
  const int64_t floats = runs * plan.group;
  for (int64_t i = 0; i < runs; i++) {
    for_group_vectors(plan.group, [&](int64_t c, auto left) {
      prefetch_ahead(x + c, floats);
      const FloatVector p = power(lrn_scale(plan, squares + c, size));
      write_up_to(stream, hn::Mul(hn::LoadU(Floats(), x + c), p), y + c, left);
    });
    squares += plan.padded_group();
    x += plan.group;
    y += plan.group;
  }
  return power.valid();
}

// Calls block(begin, runs) for blocks of `runs` groups, from float `begin` on, of a run of pixels.
template <class Block>
HWY_INLINE void for_blocks(const LrnPlan& plan, int64_t pixels, Block block) {
  for (int64_t begin = 0; begin < pixels; begin += plan.block_pixels()) {
    block(begin * plan.channels(), std::min(plan.block_pixels(), pixels - begin) * plan.groups);
  }
}

HWY_INLINE void clear(float* blocks, int64_t floats) {
  std::memset(blocks, 0, static_cast<size_t>(floats) * sizeof(float));
}

// y = x s^-beta for `pixels` pixels. scratch: plan.scratch() floats.
HWY_INLINE void lrn_row(const LrnPlan& plan, int64_t pixels, const float* x, bool stream, float* y,
                        float* scratch) {
  const bool five = five_in_registers(plan);
  if (!five) clear(scratch, plan.padded_block());
  for_blocks(plan, pixels, [&](int64_t begin, int64_t runs) {
    const float* from = x + begin;
    float* to = y + begin;
    const auto in_registers = [&](auto streaming) {
      return five_block(plan, streaming, runs, from, to, scratch);
    };
    if (five && (stream ? in_registers(std::true_type()) : in_registers(std::false_type()))) return;
    if (five) clear(scratch, plan.padded_block());
    spread_squares(from, runs, plan.group, plan.padded_group(), scratch + plan.before);
    run_block(plan, stream, [&](auto size, auto power, auto streaming) {
      return lrn_block(plan, size, power, streaming, runs, scratch, from, to);
    });
  });
}

// Scratch of the gradient: blocks of squares between zeros, of ratios dy x s^-beta / s between
// zeros, and of dy s^-beta.
struct LrnGradientBlocks {
  float *squares, *ratios, *scaled;
};

template <class Size, class Power>
HWY_INLINE bool lrn_ratios(const LrnPlan plan, Size size, Power power, int64_t runs,
                           const LrnGradientBlocks& blocks, const float* x, const float* dy) {
  const Floats d;
  const int64_t floats = runs * plan.group;
  const float* squares = blocks.squares;
  float *ratio = blocks.ratios + plan.after, *scaled = blocks.scaled;  // windows turn round
  for (int64_t i = 0; i < runs; i++) {
    for_group_vectors(plan.group, [&](int64_t c, auto left) {
      prefetch_ahead(x + c, floats);
      prefetch_ahead(dy + c, floats);
      const FloatVector s = lrn_scale(plan, squares + c, size);
      const FloatVector g = hn::Mul(hn::LoadU(d, dy + c), power(s));
      hn::StoreU(g, d, scaled + c);
      store_up_to(hn::Div(hn::Mul(g, hn::LoadU(d, x + c)), s), ratio + c, left);
    });
    squares += plan.padded_group();
    ratio += plan.padded_group();
    scaled += plan.group;
    x += plan.group;
    dy += plan.group;
  }
  return power.valid();
}

template <class Size, class Stream>
HWY_INLINE void lrn_gradient_sums(const LrnPlan plan, Size size, Stream stream, int64_t runs,
                                  const LrnGradientBlocks& blocks, const float* x,
                                  const float* positive, float* dx) {
  const Floats d;
  const FloatVector factor = hn::Set(d, plan.factor);
  const float *ratio = blocks.ratios, *scaled = blocks.scaled;
  for (int64_t i = 0; i < runs; i++) {
    for_group_vectors(plan.group, [&](int64_t c, auto left) {
      FloatVector out = hn::MulAdd(hn::Mul(factor, hn::LoadU(d, x + c)),
                                   window_sum(ratio + c, size), hn::LoadU(d, scaled + c));
      if (positive != nullptr) out = where_positive(hn::LoadU(d, positive + c), out);
      write_up_to(stream, out, dx + c, left);
    });
    ratio += plan.padded_group();
    scaled += plan.group;
    x += plan.group;
    dx += plan.group;
    if (positive != nullptr) positive += plan.group;
  }
}

// dx = dy s^-beta + factor x sum of (dy x s^-beta / s) over the windows that hold x; and 0 where
// `positive`, unless null, is not above 0. scratch: plan.scratch() floats.
HWY_INLINE void lrn_gradient_row(const LrnPlan& plan, int64_t pixels, const float* x,
                                 const float* dy, const float* positive, bool stream, float* dx,
                                 float* scratch) {
  const LrnGradientBlocks blocks{scratch, scratch + plan.padded_block(),
                                 scratch + 2 * plan.padded_block()};
  const bool five = five_in_registers(plan);
  if (!five) clear(scratch, 2 * plan.padded_block());
  for_blocks(plan, pixels, [&](int64_t begin, int64_t runs) {
    const float *from = x + begin, *gradient = dy + begin;
    const float* gate = positive == nullptr ? nullptr : positive + begin;
    float* to = dx + begin;
    const auto in_registers = [&](auto streaming) {
      return five_gradient_block(plan, streaming, runs, from, gradient, gate, to, scratch);
    };
    if (five && (stream ? in_registers(std::true_type()) : in_registers(std::false_type()))) return;
    if (five) clear(scratch, 2 * plan.padded_block());
    spread_squares(from, runs, plan.group, plan.padded_group(), blocks.squares + plan.before);
    run_block(plan, stream, [&](auto size, auto power, auto streaming) {
      if (!lrn_ratios(plan, size, power, runs, blocks, from, gradient)) return false;
      lrn_gradient_sums(plan, size, streaming, runs, blocks, from, gate, to);
      return true;
    });
  });
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
