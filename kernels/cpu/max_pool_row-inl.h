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

#include <hwy/cache_control.h>

#include <algorithm>
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

// The cells of one pooling window that lie in the input.
struct WindowCells {
  const RowRing& rows;
  const float* first;                    // the first cell's first channel
  int64_t height, width;                 // cells
  int64_t channels;                      // from a cell to the next
  int32_t first_place, width_in_kernel;  // the first cell's place, the places of a row
};

// Calls visit(cell, place) for each cell, in row-major order.
template <class Visit>
HWY_INLINE void for_cells(const WindowCells& window, Visit visit) {
  const float* row = window.first;
  int32_t row_place = window.first_place;
  for (int64_t i = 0; i < window.height; i++) {
    const float* cell = row;
    for (int64_t j = 0; j < window.width; j++, cell += window.channels) {
      visit(cell, row_place + static_cast<int32_t>(j));
    }
    row = window.rows.below(row);
    row_place += window.width_in_kernel;
  }
}

// The maximum over a window of one vector of channels, and its place. The first NaN wins.
HWY_INLINE void window_max(const WindowCells& window, int64_t c, FloatVector& best,
                           IntVector& place) {
  best = hn::Set(Floats(), -std::numeric_limits<float>::infinity());
  place = hn::Set(Ints(), window.first_place);
  for_cells(window, [&](const float* cell, int32_t at) {
    const FloatVector v = hn::LoadU(Floats(), cell + c);
    const FloatMask take = hn::AndNot(hn::Le(v, best), hn::Eq(best, best));
    best = hn::IfThenElse(take, v, best);
    place = hn::IfThenElse(hn::RebindMask(Ints(), take), hn::Set(Ints(), at), place);
  });
}

// The same for kCount vectors without a NaN among the values; gives false when there may be one.
template <int kCount>
HWY_INLINE bool window_max_of_numbers(const WindowCells& window, int64_t c, FloatVector* best,
                                      IntVector* place) {
  FloatVector max[kCount], sum[kCount];
  IntVector at_max[kCount];
  for (int u = 0; u < kCount; u++) {
    max[u] = hn::Set(Floats(), -std::numeric_limits<float>::infinity());
    sum[u] = hn::Zero(Floats());  // is NaN when a value is
    at_max[u] = hn::Set(Ints(), window.first_place);
  }
  for_cells(window, [&](const float* cell, int32_t at) {
    const IntVector here = hn::Set(Ints(), at);
    for (int u = 0; u < kCount; u++) {
      const FloatVector v = hn::LoadU(Floats(), cell + c + u * kLanes);
      const FloatMask larger = hn::Gt(v, max[u]);
      sum[u] = hn::Add(sum[u], v);
      max[u] = hn::IfThenElse(larger, v, max[u]);
      at_max[u] = hn::IfThenElse(hn::RebindMask(Ints(), larger), here, at_max[u]);
    }
  });
  FloatVector all = sum[0];
  for (int u = 1; u < kCount; u++) all = hn::Add(all, sum[u]);
  for (int u = 0; u < kCount; u++) best[u] = max[u], place[u] = at_max[u];
  return hn::AllTrue(Floats(), hn::Eq(all, all));
}

// Fetches the pixels that window (p + 1, q) adds to those of row p: processors do not foresee that
// several rows are read side by side.
HWY_INLINE void prefetch_next_window(const PoolGeometry& g, const float* image, int64_t p,
                                     int64_t q) {
  const int64_t end = std::min(g.h.start(p + 1) + g.h.kernel, g.h.in);
  for (int64_t h = std::max<int64_t>(0, end - g.h.stride); h < end; h++) {
    const float* pixels = image + h * g.in_row() + q * g.w.stride * g.channels;
    for (int64_t i = 0; i < g.w.stride * g.channels; i += 16) hwy::Prefetch(pixels + i);
  }
}

// Output row p, from rows of the input; y and argmax point at the row, argmax may be null.
// kPrefetch: x is the image itself.
template <bool kPrefetch, class Index>
HWY_INLINE void max_pool_row(const PoolGeometry& g, const RowRing& x, int64_t p, float* y,
                             Index* argmax) {
  const Range r = g.h.cells(p);
  const float* const first_row = x.row(g.h.start(p) + r.begin);
  for (int64_t q = 0; q < g.w.out; q++) {
    const Range s = g.w.cells(q);
    const WindowCells window{x,
                             first_row + (g.w.start(q) + s.begin) * g.channels,
                             r.size(),
                             s.size(),
                             g.channels,
                             static_cast<int32_t>(r.begin * g.w.kernel + s.begin),
                             static_cast<int32_t>(g.w.kernel)};
    if (kPrefetch) prefetch_next_window(g, x.data, p, q);
    for_channel_blocks(g.channels, [&](int64_t c, auto count) {
      constexpr int kCount = decltype(count)::value;
      FloatVector best[kCount];
      IntVector place[kCount];
      if (!window_max_of_numbers<kCount>(window, c, best, place)) {
        for (int u = 0; u < kCount; u++) window_max(window, c + u * kLanes, best[u], place[u]);
      }
      for (int u = 0; u < kCount; u++) {
        const int64_t channel = c + u * kLanes, at = q * g.channels + channel;
        store_up_to(best[u], y + at, g.channels - channel);
        if (argmax != nullptr) store_index_up_to(place[u], argmax + at, g.channels - channel);
      }
    });
  }
}

// Fetches what pixel w's share of the next pooled row, p, will be.
template <class Index>
HWY_INLINE void prefetch_pooled(const PoolGeometry& g, int64_t p, int64_t w, const float* dy,
                                const Index* argmax) {
  const int64_t row = p * g.out_row();
  const int64_t begin = row + g.out_row() * w / g.w.in, end = row + g.out_row() * (w + 1) / g.w.in;
  constexpr int64_t kLine = 64;
  for (int64_t i = begin; i < end; i += kLine / int64_t{sizeof(float)}) hwy::Prefetch(dy + i);
  for (int64_t i = begin; i < end; i += kLine / int64_t{sizeof(Index)}) hwy::Prefetch(argmax + i);
}

// Row h of the gradient: for each pixel the windows that it won, in ascending order. dy and argmax
// point at the image. `positive`, unless null, is the row of the ReLU's output.
template <class Index>
HWY_INLINE void max_pool_gradient_row(const PoolGeometry& g, int64_t h, const float* dy,
                                      const Index* argmax, const float* positive, bool stream,
                                      float* dx) {
  const Range p = g.h.windows(h);
  for (int64_t w = 0; w < g.w.in; w++) {
    const Range q = g.w.windows(w);
    if (p.end < g.h.out) prefetch_pooled(g, p.end, w, dy, argmax);
    for_channel_blocks(g.channels, [&](int64_t c, auto count) {
      constexpr int kCount = decltype(count)::value;
      FloatVector sum[kCount];
      for (int u = 0; u < kCount; u++) sum[u] = hn::Zero(Floats());
      for (int64_t i = p.begin; i < p.end; i++) {
        const int64_t row_place = (h - g.h.start(i)) * g.w.kernel + w;
        for (int64_t j = q.begin; j < q.end; j++) {
          const int64_t from = (i * g.w.out + j) * g.channels + c;
          const IntVector place = hn::Set(Ints(), static_cast<int32_t>(row_place - g.w.start(j)));
          for (int u = 0; u < kCount; u++) {
            const auto won = hn::Eq(load_index(argmax + from + u * kLanes), place);
            const FloatVector gradient = hn::LoadU(Floats(), dy + from + u * kLanes);
            sum[u] = hn::Add(sum[u], hn::IfThenElseZero(hn::RebindMask(Floats(), won), gradient));
          }
        }
      }
      for (int u = 0; u < kCount; u++) {
        const int64_t channel = c + u * kLanes, at = w * g.channels + channel;
        if (positive != nullptr) {
          sum[u] = where_positive(hn::LoadU(Floats(), positive + at), sum[u]);
        }
        write_up_to(stream, sum[u], dx + at, g.channels - channel);
      }
    });
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
