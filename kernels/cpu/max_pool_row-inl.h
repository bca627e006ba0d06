// SPDX-License-Identifier: Apache-2.0
// One row of max pooling, forward and backward, along the channels. Included once per instruction
// set.
#if defined(FOVEA_KERNELS_CPU_MAX_POOL_ROW_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_MAX_POOL_ROW_INL_H
#undef FOVEA_KERNELS_CPU_MAX_POOL_ROW_INL_H
#else
#define FOVEA_KERNELS_CPU_MAX_POOL_ROW_INL_H
#endif

#include "cpu/pool_geometry.h"
#include "cpu/vector-inl.h"

#include <limits>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

HWY_INLINE IntVector load_index(const int32_t* from) { return hn::LoadU(Ints(), from); }
HWY_INLINE IntVector load_index(const uint8_t* from) {
  return hn::PromoteTo(Ints(), hn::LoadU(hn::Rebind<uint8_t, Ints>(), from));
}
HWY_INLINE void store_index(IntVector v, int32_t* to) { hn::StoreU(v, Ints(), to); }
HWY_INLINE void store_index(IntVector v, uint8_t* to) {
  const hn::Rebind<uint8_t, Ints> d8;
  hn::StoreU(hn::DemoteTo(d8, v), d8, to);
}
template <class Index>
HWY_INLINE void store_index_up_to(IntVector v, Index* to, int64_t count) {
  if (count >= kLanes) return store_index(v, to);
  Index lanes[kLanes];
  store_index(v, lanes);
  std::memcpy(to, lanes, static_cast<size_t>(count) * sizeof(Index));
}

// Output row p, from rows of the input; y and argmax point at the row, argmax may be null.
template <class Index>
HWY_INLINE void max_pool_row(const PoolGeometry& g, const RowRing& x, int64_t p, float* y,
                             Index* argmax) {
  const FloatVector lowest = hn::Set(Floats(), -std::numeric_limits<float>::infinity());
  const IntVector one = hn::Set(Ints(), 1);
  const Range r = g.h.cells(p);
  const float* const first_row = x.row(g.h.start(p) + r.begin);
  for (int64_t q = 0; q < g.w.out; q++) {
    const Range s = g.w.cells(q);
    const float* const first = first_row + (g.w.start(q) + s.begin) * g.channels;
    const IntVector first_place =
        hn::Set(Ints(), static_cast<int32_t>(r.begin * g.w.kernel + s.begin));
    const IntVector row_step = hn::Set(Ints(), static_cast<int32_t>(g.w.kernel - s.size()));
    const int64_t offset = first - first_row;
    for (int64_t c = 0; c < g.channels; c += kLanes) {
      FloatVector best = lowest;
      IntVector place = first_place, best_place = first_place;
      const float* row = first_row;
      for (int64_t i = r.begin; i < r.end; i++, row = x.next(row)) {
        const float* cell = row + offset + c;
        for (int64_t j = s.begin; j < s.end; j++, cell += g.channels) {
          const FloatVector v = hn::LoadU(Floats(), cell);
          // Larger or NaN, unless a NaN has been found.
          const FloatMask take = hn::AndNot(hn::Le(v, best), hn::Eq(best, best));
          best = hn::IfThenElse(take, v, best);
          best_place = hn::IfThenElse(hn::RebindMask(Ints(), take), place, best_place);
          place = hn::Add(place, one);
        }
        place = hn::Add(place, row_step);
      }
      const int64_t at = q * g.channels + c;
      store_up_to(best, y + at, g.channels - c);
      if (argmax != nullptr) store_index_up_to(best_place, argmax + at, g.channels - c);
    }
  }
}

// Row h of the gradient: for each pixel the windows that it won, in ascending order. dy and argmax
// point at the image. `positive`, unless null, is the row of the ReLU's output.
template <class Index>
HWY_INLINE void max_pool_gradient_row(const PoolGeometry& g, int64_t h, const float* dy,
                                      const Index* argmax, const float* positive, float* dx) {
  const Range p = g.h.windows(h);
  for (int64_t w = 0; w < g.w.in; w++) {
    const Range q = g.w.windows(w);
    for (int64_t c = 0; c < g.channels; c += kLanes) {
      FloatVector sum = hn::Zero(Floats());
      for (int64_t i = p.begin; i < p.end; i++) {
        const int64_t row_place = (h - g.h.start(i)) * g.w.kernel + w;
        for (int64_t j = q.begin; j < q.end; j++) {
          const int64_t from = (i * g.w.out + j) * g.channels + c;
          const IntVector place = hn::Set(Ints(), static_cast<int32_t>(row_place - g.w.start(j)));
          const auto won = hn::Eq(load_index(argmax + from), place);
          sum = hn::Add(sum, hn::IfThenElseZero(hn::RebindMask(Floats(), won),
                                                hn::LoadU(Floats(), dy + from)));
        }
      }
      const int64_t at = w * g.channels + c;
      if (positive != nullptr) sum = where_positive(hn::LoadU(Floats(), positive + at), sum);
      store_up_to(sum, dx + at, g.channels - c);
    }
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
