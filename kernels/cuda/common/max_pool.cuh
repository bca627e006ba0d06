// SPDX-License-Identifier: Apache-2.0
// The maximum of a pooling window and what its pixels get back, for one thread's channels.
#pragma once

#include "common/pool_geometry.h"
#include "cuda/common/lanes.cuh"

#include <cmath>

namespace fovea::cuda {

using detail::PoolGeometry;
using detail::Range;

// The largest value so far and its place; the first of equal ones, and the first NaN over all.
struct Maximum {
  Floats best;
  Ints place;

  __device__ explicit Maximum(int first_place) {
#pragma unroll
    for (int u = 0; u < kLanes; u++) best[u] = -INFINITY, place[u] = first_place;
  }

  __device__ void take(const Floats& v, int at) {
#pragma unroll
    for (int u = 0; u < kLanes; u++) {
      const bool larger = !(v[u] <= best[u]) && best[u] == best[u];
      best[u] = larger ? v[u] : best[u];
      place[u] = larger ? at : place[u];
    }
  }
};

// The pooling windows that hold one pixel.
struct PixelWindows {
  Range rows, columns;
  int64_t first;  // window, of all images'
  int place;      // of the pixel in the first one

  __device__ PixelWindows(const PoolGeometry& g, int64_t n, int64_t h, int64_t w)
      : rows(g.h.windows(h)),
        columns(g.w.windows(w)),
        first((n * g.h.out + rows.begin) * g.w.out + columns.begin),
        place(static_cast<int>((h - g.h.start(rows.begin)) * g.w.kernel + w -
                               g.w.start(columns.begin))) {}
};

// The sum over the windows, in ascending order, of the gradients that the pixel won, of the
// channels from c on.
template <class Index>
__device__ Floats sum_of_won(const PoolGeometry& g, const Channels& channels,
                             const PixelWindows& windows, int64_t c, const float* dy,
                             const Index* argmax) {
  Floats sum{};
  const int left = channels.left(c);
  for (int64_t i = 0; i < windows.rows.size(); i++) {
    for (int64_t j = 0; j < windows.columns.size(); j++) {
      const int64_t from = (windows.first + i * g.w.out + j) * channels.count + c;
      const int here =
          windows.place - static_cast<int>(i * g.h.stride * g.w.kernel + j * g.w.stride);
      const Floats gradient = load(dy + from, channels.vectors, left);
      const Ints winner = load(argmax + from, channels.vectors, left);
#pragma unroll
      for (int u = 0; u < kLanes; u++)
        if (winner[u] == here) sum[u] += gradient[u];
    }
  }
  return sum;
}

}  // namespace fovea::cuda
