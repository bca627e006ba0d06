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
#include <type_traits>

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
// Windows with indices of 32 bits have more than 256 cells: no loops of constant length for them,
// and one vector of channels at a time, as they are rare.
template <class Index>
inline constexpr bool has_small_windows = sizeof(Index) == 1;

template <class Index, class Body>
HWY_INLINE void for_vectors_of_channels(int64_t channels, Body body) {
  if constexpr (has_small_windows<Index>) {
    for_channel_blocks(channels, body);
  } else {
    for (int64_t c = 0; c < channels; c += kLanes) body(c, std::integral_constant<int, 1>());
  }
}

// kCount vectors one after the other, of which `count` elements are wanted.
template <int kCount>
HWY_INLINE void write_block(bool stream, const FloatVector* v, float* to, int64_t count) {
  if (stream) {
    for (int u = 0; u < kCount; u++) hn::Stream(v[u], Floats(), to + u * kLanes);
  } else if (count >= kCount * kLanes) {
    for (int u = 0; u < kCount; u++) hn::StoreU(v[u], Floats(), to + u * kLanes);
  } else {
    for (int u = 0; u < kCount; u++) store_up_to(v[u], to + u * kLanes, count - u * kLanes);
  }
}

// The same for indices.
template <int kCount, class Index>
HWY_INLINE void store_indices(const IntVector* v, Index* to, int64_t count) {
  if (count >= kCount * kLanes) {
    for (int u = 0; u < kCount; u++) store_index(v[u], to + u * kLanes);
  } else {
    Index lanes[kCount * kLanes];
    for (int u = 0; u < kCount; u++) store_index(v[u], lanes + u * kLanes);
    std::memcpy(to, lanes, static_cast<size_t>(count) * sizeof(Index));
  }
}

// The cells of one pooling window that lie in the input. Height and width are int64_t, or constants
// where most windows have them.
template <class Height, class Width>
struct WindowCells {
  const RowRing& rows;
  const float* first;  // the first cell's first channel
  Height height;       // cells
  Width width;
  int64_t channels;                      // from a cell to the next
  int32_t first_place, width_in_kernel;  // the first cell's place, the places of a row
};

// Calls visit(cell, place) for each cell, in row-major order.
template <class Window, class Visit>
HWY_INLINE void for_cells(const Window& window, Visit visit) {
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
template <class Window>
HWY_INLINE void window_max(const Window& window, int64_t c, FloatVector& best, IntVector& place) {
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
template <int kCount, class Window>
HWY_INLINE bool window_max_of_numbers(const Window& window, int64_t c, FloatVector* best,
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

// Fetches the pixels that window (p + 1, q) adds to those of row p, or after the last row those of
// the next image: processors do not foresee that several rows are read side by side.
HWY_INLINE void prefetch_next_window(const PoolGeometry& g, const float* image, int64_t p,
                                     int64_t q) {
  const bool last = p + 1 == g.h.out;
  const int64_t end = last ? g.h.in + g.h.kernel : g.h.start(p + 1) + g.h.kernel;
  for (int64_t h = last ? g.h.in : std::max<int64_t>(0, end - g.h.stride); h < end; h++) {
    const float* pixels = image + h * g.in_row() + q * g.w.stride * g.channels;
    for (int64_t i = 0; i < g.w.stride * g.channels; i += 16) hwy::Prefetch(pixels + i);
  }
}

// One window of an output row; y and argmax point at its first channel, argmax may be null.
template <class Window, class Index>
HWY_INLINE void pool_window(const Window& window, bool stream, float* y, Index* argmax) {
  for_vectors_of_channels<Index>(window.channels, [&](int64_t c, auto count) {
    constexpr int kCount = decltype(count)::value;
    FloatVector best[kCount];
    IntVector place[kCount];
    if (!window_max_of_numbers<kCount>(window, c, best, place)) {
      for (int u = 0; u < kCount; u++) window_max(window, c + u * kLanes, best[u], place[u]);
    }
    const int64_t left = window.channels - c;
    write_block<kCount>(stream, best, y + c, left);
    if (argmax != nullptr) store_indices<kCount>(place, argmax + c, left);
  });
}

// Output row p, from rows of the input; y and argmax point at the row, argmax may be null.
// `prefetch`: x is the image itself.
template <class Index>
HWY_INLINE void max_pool_row(const PoolGeometry& g, const RowRing& x, int64_t p, bool prefetch,
                             bool stream, float* y, Index* argmax) {
  constexpr std::integral_constant<int64_t, 3> three;  // AlexNet's windows
  const Range r = g.h.cells(p);
  const float* const first_row = x.row(g.h.start(p) + r.begin);
  for (int64_t q = 0; q < g.w.out; q++, y += g.channels) {
    const Range s = g.w.cells(q);
    const auto pool = [&](auto height, auto width) {
      const WindowCells<decltype(height), decltype(width)> window{
          x,
          first_row + (g.w.start(q) + s.begin) * g.channels,
          height,
          width,
          g.channels,
          static_cast<int32_t>(r.begin * g.w.kernel + s.begin),
          static_cast<int32_t>(g.w.kernel)};
      pool_window(window, stream, y, argmax);
    };
    if (prefetch) prefetch_next_window(g, x.data, p, q);
    if (has_small_windows<Index> && r.size() == 3 && s.size() == 3) {
      pool(three, three);
    } else {
      pool(r.size(), s.size());
    }
    if (argmax != nullptr) argmax += g.channels;
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

// The pooled gradient of the windows that hold a pixel: `rows` x `columns` of them, the first one's
// first channel being dy's and argmax's, where the pixel is at `place`.
template <class Rows, class Columns, class Index>
struct PooledWindows {
  Rows rows;
  Columns columns;
  const float* dy;
  const Index* argmax;
  int64_t row, channels;              // from a window to those below and beside it
  int32_t place, stride_h, stride_w;  // the place in those: so much less
};

// The sum over the windows, in ascending order, of the gradients that the pixel won.
template <int kCount, class Windows>
HWY_INLINE void sum_of_won(const Windows& windows, int64_t c, FloatVector* sum) {
  for (int u = 0; u < kCount; u++) sum[u] = hn::Zero(Floats());
  for (int64_t i = 0; i < windows.rows; i++) {
    for (int64_t j = 0; j < windows.columns; j++) {
      const int64_t from = i * windows.row + j * windows.channels + c;
      const int64_t less = i * windows.stride_h + j * windows.stride_w;
      const IntVector place = hn::Set(Ints(), windows.place - static_cast<int32_t>(less));
      for (int u = 0; u < kCount; u++) {
        const auto won = hn::Eq(load_index(windows.argmax + from + u * kLanes), place);
        const FloatVector gradient = hn::LoadU(Floats(), windows.dy + from + u * kLanes);
        sum[u] = hn::Add(sum[u], hn::IfThenElseZero(hn::RebindMask(Floats(), won), gradient));
      }
    }
  }
}

// Calls body(n), with n as a constant where it is 1 or 2 and windows may be small.
template <class Index, class Body>
HWY_INLINE void with_small_constant(int64_t n, Body body) {
  if (has_small_windows<Index> && n == 1) return body(std::integral_constant<int64_t, 1>());
  if (has_small_windows<Index> && n == 2) return body(std::integral_constant<int64_t, 2>());
  body(n);
}

// Row h of the gradient. dy and argmax point at the image. `positive`, unless null, is the row of
// the ReLU's output.
template <class Index>
HWY_INLINE void max_pool_gradient_row(const PoolGeometry& g, int64_t h, const float* dy,
                                      const Index* argmax, const float* positive, bool stream,
                                      float* dx) {
  const Range p = g.h.windows(h);
  const auto pixel = [&](int64_t w, Range q, auto rows, auto columns) {
    const int64_t first = (p.begin * g.w.out + q.begin) * g.channels;
    const int64_t place = (h - g.h.start(p.begin)) * g.w.kernel + w - g.w.start(q.begin);
    const PooledWindows<decltype(rows), decltype(columns), Index> windows{
        rows,
        columns,
        dy + first,
        argmax + first,
        g.out_row(),
        g.channels,
        static_cast<int32_t>(place),
        static_cast<int32_t>(g.h.stride * g.w.kernel),
        static_cast<int32_t>(g.w.stride)};
    for_vectors_of_channels<Index>(g.channels, [&](int64_t c, auto count) {
      constexpr int kCount = decltype(count)::value;
      FloatVector sum[kCount];
      sum_of_won<kCount>(windows, c, sum);
      const int64_t at = w * g.channels + c;
      if (positive != nullptr) {
        for (int u = 0; u < kCount; u++) {
          sum[u] = where_positive(hn::LoadU(Floats(), positive + at + u * kLanes), sum[u]);
        }
      }
      write_block<kCount>(stream, sum, dx + at, g.channels - c);
    });
  };
  with_small_constant<Index>(p.size(), [&](auto rows) {
    for (int64_t w = 0; w < g.w.in; w++) {
      const Range q = g.w.windows(w);
      if (p.end < g.h.out) prefetch_pooled(g, p.end, w, dy, argmax);
      with_small_constant<Index>(q.size(), [&](auto columns) { pixel(w, q, rows, columns); });
    }
  });
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
