// SPDX-License-Identifier: Apache-2.0
// Normalisation as AlexNet has it, windows of five channels and beta 0.75, with the windows in
// registers: for AVX2, AVX-512 and groups of whole vectors. Included once per instruction set.
#if defined(FOVEA_KERNELS_CPU_LRN_FIVE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_LRN_FIVE_INL_H
#undef FOVEA_KERNELS_CPU_LRN_FIVE_INL_H
#else
#define FOVEA_KERNELS_CPU_LRN_FIVE_INL_H
#endif

#include "cpu/lrn_plan.h"
#include "cpu/vector_pack-inl.h"

#include <hwy/cache_control.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

// Whether the passes below serve: s^-0.75 the fast way needs s > 2^-40, which holds where k is.
HWY_INLINE bool five_in_registers(const LrnPlan& plan) {
  return plan.before == 2 && plan.after == 2 && plan.beta == 0.75f && plan.k > 0x1p-40f &&
         plan.group % kLanes == 0;
}

// Two vectors that are neighbours in memory: what lies n floats before each of the high vector's,
// and n after each of the low one's.
#if HWY_TARGET == HWY_AVX2
class Neighbours {
 public:
  HWY_INLINE Neighbours(FloatVector low, FloatVector high)
      : low_(low), middle_(hn::ConcatLowerUpper(Floats(), high, low)), high_(high) {}

  template <int n>
  HWY_INLINE FloatVector before_high() const {
    return hn::CombineShiftRightLanes<4 - n>(Floats(), high_, middle_);
  }
  template <int n>
  HWY_INLINE FloatVector after_low() const {
    return hn::CombineShiftRightLanes<n>(Floats(), middle_, low_);
  }

 private:
  FloatVector low_, middle_, high_;  // shifts stay within half vectors
};
#else
class Neighbours {
 public:
  HWY_INLINE Neighbours(FloatVector low, FloatVector high) : low_(bits(low)), high_(bits(high)) {}

  template <int n>
  HWY_INLINE FloatVector before_high() const {
    return after_low<kLanes - n>();
  }
  template <int n>
  HWY_INLINE FloatVector after_low() const {
    return FloatVector{_mm512_castsi512_ps(_mm512_alignr_epi32(high_, low_, n))};
  }

 private:
  static HWY_INLINE __m512i bits(FloatVector v) { return _mm512_castps_si512(v.raw); }

  __m512i low_, high_;
};
#endif

// Sums of five neighbours, from two below to two above, over a row of vectors with zeros around it.
class FiveSums {
 public:
  HWY_INLINE explicit FiveSums(FloatVector first)
      : below_(hn::Zero(Floats()), first), current_(first) {}

  // The sums of the current vector; `next`, zeros after the last one, becomes the current one.
  HWY_INLINE FloatVector operator()(FloatVector next) {
    const Neighbours above(current_, next);
    FloatVector sum = hn::Add(below_.before_high<2>(), below_.before_high<1>());
    sum = hn::Add(sum, current_);
    sum = hn::Add(sum, above.after_low<1>());
    sum = hn::Add(sum, above.after_low<2>());
    below_ = above;
    current_ = next;
    return sum;
  }

 private:
  Neighbours below_;
  FloatVector current_;
};

// Calls put(at, sums) for every vector of `runs` groups of load(at), `at` counting floats.
template <class Load, class Put>
HWY_INLINE void for_five_sums(int64_t runs, int64_t group, Load load, Put put) {
  int64_t at = 0;
  for (int64_t i = 0; i < runs; i++) {
    FiveSums sums(load(at));
    for (const int64_t last = at + group - kLanes; at < last; at += kLanes) {
      put(at, sums(load(at + kLanes)));
    }
    put(at, sums(hn::Zero(Floats())));
    at += kLanes;
  }
}

// s of `runs` groups. Gives whether all are below 2^40, so that the fast power serves.
HWY_INLINE bool five_scales(const LrnPlan plan, int64_t runs, const float* x, float* s) {
  const Floats d;
  const hn::RebindToUnsigned<Floats> bits;
  auto largest = hn::Zero(bits);  // s > 0 are ordered as their bits are, a NaN is above all
  const FloatVector a = hn::Set(d, plan.a), k = hn::Set(d, plan.k);
  const int64_t floats = runs * plan.group;
  const auto square = [=](int64_t at) {
    hwy::Prefetch(x + at + floats);
    const FloatVector v = hn::LoadU(d, x + at);
    return hn::Mul(v, v);
  };
  for_five_sums(runs, plan.group, square, [&](int64_t at, FloatVector sum) {
    const FloatVector v = hn::MulAdd(a, sum, k);
    largest = hn::Max(largest, hn::BitCast(bits, v));
    hn::StoreU(v, d, s + at);
  });
  return hn::AllTrue(d, hn::Lt(hn::BitCast(d, largest), hn::Set(d, 0x1p40f)));
}

// Calls visit(at, s, s^-0.75) for every vector of `floats` scales s, three vectors at a time.
template <class Visit>
HWY_INLINE void for_powers(int64_t floats, const float* s, Visit visit) {
  constexpr int kPack = 3;
  using Ops = PackOps<kPack>;
  const Floats d;
  int64_t at = 0;
  for (; at + kPack * kLanes <= floats; at += kPack * kLanes) {
    typename Ops::F scale;
    HWY_UNROLL(8) for (int u = 0; u < kPack; u++) scale.v[u] = hn::LoadU(d, s + at + u * kLanes);
    const auto power = math::inverse_three_quarters_power_near_1<Ops>(scale);
    HWY_UNROLL(8) for (int u = 0; u < kPack; u++) visit(at + u * kLanes, power.v[u]);
  }
  for (; at < floats; at += kLanes) {
    visit(at, math::inverse_three_quarters_power_near_1<VectorOps>(hn::LoadU(d, s + at)));
  }
}

// y = x s^-0.75 of `runs` groups; false, with y as it was, when s leaves the fast range. scratch:
// as many floats as the groups have.
template <class Stream>
HWY_INLINE bool five_block(const LrnPlan& plan, Stream stream, int64_t runs, const float* x,
                           float* y, float* scratch) {
  if (!five_scales(plan, runs, x, scratch)) return false;
  for_powers(runs * plan.group, scratch, [=](int64_t at, FloatVector power) {
    write_up_to(stream, hn::Mul(hn::LoadU(Floats(), x + at), power), y + at, kLanes);
  });
  return true;
}

// Its gradient, in the same manner. scratch: twice as many floats.
template <class Stream>
HWY_INLINE bool five_gradient_block(const LrnPlan& plan, Stream stream, int64_t runs,
                                    const float* x, const float* dy, const float* positive,
                                    float* dx, float* scratch) {
  const Floats d;
  const int64_t floats = runs * plan.group;
  float *s = scratch, *ratios = scratch + floats, *scaled = s;  // overwritten once read
  if (!five_scales(plan, runs, x, s)) return false;
  for_powers(floats, s, [=](int64_t at, FloatVector power) {
    hwy::Prefetch(dy + at + floats);
    const FloatVector g = hn::Mul(hn::LoadU(d, dy + at), power);
    const FloatVector gx = hn::Mul(g, hn::LoadU(d, x + at));
    hn::StoreU(hn::Div(gx, hn::LoadU(d, s + at)), d, ratios + at);
    hn::StoreU(g, d, scaled + at);
  });
  const FloatVector factor = hn::Set(d, plan.factor);
  const auto ratio = [=](int64_t at) { return hn::LoadU(d, ratios + at); };
  for_five_sums(runs, plan.group, ratio, [=](int64_t at, FloatVector sum) {
    const FloatVector scale = hn::Mul(factor, hn::LoadU(d, x + at));
    FloatVector out = hn::MulAdd(scale, sum, hn::LoadU(d, scaled + at));
    if (positive != nullptr) out = where_positive(hn::LoadU(d, positive + at), out);
    write_up_to(stream, out, dx + at, kLanes);
  });
  return true;
}

#else  // elsewhere not measured, so not used

HWY_INLINE bool five_in_registers(const LrnPlan&) { return false; }
template <class... Arguments>
HWY_INLINE bool five_block(const Arguments&...) {
  return false;
}
template <class... Arguments>
HWY_INLINE bool five_gradient_block(const Arguments&...) {
  return false;
}

#endif

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
