// SPDX-License-Identifier: Apache-2.0
// Response normalisation with windows read from global memory: those of one map's pixels; and those
// across channels that are too large for shared memory, where a group is taken for a map of one row
// and one channel.
#include "cuda/common/lanes.cuh"
#include "cuda/common/rows.cuh"
#include "cuda/lrn.h"

#include <fovea/core/math.h>

namespace fovea::cuda {
namespace {

using detail::LrnFormula;

constexpr int kRows = 2;  // outputs of a column that one thread takes: their windows share loads

struct Maps {
  int64_t count, height, width;
  Channels channels;
  bool padded;  // outside of the map there are zeros, which is seen in the sign of a sum of zeros

  int64_t row_blocks() const { return (height + kRows - 1) / kRows; }
  RowWork work() const { return {count * row_blocks(), width * channels.fours()}; }
  __device__ int64_t at(int64_t n, int64_t h, int64_t w, int64_t c) const {
    return ((n * height + h) * width + w) * channels.count + c;
  }
};

// Sums of term(v) over the windows of kRows neighbours of a column, the first one (n, h, w), which
// reach `down` and `up`.
struct WindowSums {
  Floats sum[kRows];

  template <class Term>
  __device__ WindowSums(const Maps& maps, int64_t n, int64_t h, int64_t w, int64_t c, int64_t down,
                        int64_t up, const float* from, Term term) {
    const bool ends_below = w - down < 0, ends_above = w + up >= maps.width;
    const float start = maps.padded && !ends_below ? -0.0f : 0.0f;  // -0 + v is v
#pragma unroll
    for (int k = 0; k < kRows; k++) sum[k] = {start, start, start, start};
    const int64_t h0 = std::max<int64_t>(0, h - down), h1 = std::min(maps.height, h + kRows + up);
    const int64_t w0 = ends_below ? 0 : w - down, w1 = ends_above ? maps.width : w + up + 1;
    for (int64_t i = h0; i < h1; i++) {
      for (int64_t j = w0; j < w1; j++) {
        const Floats v =
            load(from + maps.at(n, i, j, c), maps.channels.vectors, maps.channels.left(c));
#pragma unroll
        for (int k = 0; k < kRows; k++) {
          if (i < h + k - down || i > h + k + up) continue;
#pragma unroll
          for (int u = 0; u < kLanes; u++) sum[k][u] += term(v[u]);
        }
      }
    }
    if (!maps.padded || !ends_above) return;
#pragma unroll
    for (int u = 0; u < kLanes; u++) sum[0][u] += 0.0f;
  }
};

// Calls visit(n, h, w, c) for the first of the kRows outputs of each of this thread's items.
template <class Visit>
__device__ void for_columns(const RowWork& work, const Maps& maps, Visit visit) {
  const int64_t blocks = (maps.height + kRows - 1) / kRows;
  for_items(work, [&](int64_t row, int64_t item) {
    visit(row / blocks, row % blocks * kRows, item / maps.channels.fours(),
          item % maps.channels.fours() * kLanes);
  });
}

__global__ void lrn_windows_kernel(RowWork work, Maps maps, LrnFormula f, const float* x,
                                   float* y) {
  const auto square = [](float v) { return v * v; };
  for_columns(work, maps, [&](int64_t n, int64_t h, int64_t w, int64_t c) {
    const WindowSums sums(maps, n, h, w, c, f.before, f.after, x, square);
    const int left = maps.channels.left(c);
#pragma unroll
    for (int k = 0; k < kRows; k++) {
      if (h + k >= maps.height) continue;
      const int64_t at = maps.at(n, h + k, w, c);
      Floats out = load(x + at, maps.channels.vectors, left);
#pragma unroll
      for (int u = 0; u < kLanes; u++)
        out[u] = out[u] * math::negative_power(fmaf(f.a, sums.sum[k][u], f.k), f.beta);
      store(out, y + at, maps.channels.vectors, left);
    }
  });
}

// ratios = g x / s and dx = g, where g = dy s^-beta.
__global__ void lrn_windows_ratio_kernel(RowWork work, Maps maps, LrnFormula f, const float* x,
                                         const float* dy, float* ratios, float* dx) {
  const auto square = [](float v) { return v * v; };
  for_columns(work, maps, [&](int64_t n, int64_t h, int64_t w, int64_t c) {
    const WindowSums sums(maps, n, h, w, c, f.before, f.after, x, square);
    const bool vectors = maps.channels.vectors;
    const int left = maps.channels.left(c);
#pragma unroll
    for (int k = 0; k < kRows; k++) {
      if (h + k >= maps.height) continue;
      const int64_t at = maps.at(n, h + k, w, c);
      Floats g = load(dy + at, vectors, left), ratio = load(x + at, vectors, left);
#pragma unroll
      for (int u = 0; u < kLanes; u++) {
        const float s = fmaf(f.a, sums.sum[k][u], f.k);
        g[u] = g[u] * math::negative_power(s, f.beta);
        ratio[u] = (g[u] * ratio[u]) / s;
      }
      store(ratio, ratios + at, vectors, left);
      store(g, dx + at, vectors, left);
    }
  });
}

// dx: on entry g.
__global__ void lrn_windows_gradient_kernel(RowWork work, Maps maps, LrnFormula f, const float* x,
                                            const float* ratios, const float* positive, float* dx) {
  const auto itself = [](float v) { return v; };
  for_columns(work, maps, [&](int64_t n, int64_t h, int64_t w, int64_t c) {
    const WindowSums sums(maps, n, h, w, c, f.after, f.before, ratios, itself);  // turned round
    const bool vectors = maps.channels.vectors;
    const int left = maps.channels.left(c);
#pragma unroll
    for (int k = 0; k < kRows; k++) {
      if (h + k >= maps.height) continue;
      const int64_t at = maps.at(n, h + k, w, c);
      const Floats v = load(x + at, vectors, left);
      Floats out = load(dx + at, vectors, left);
#pragma unroll
      for (int u = 0; u < kLanes; u++) out[u] = fmaf(f.factor * v[u], sums.sum[k][u], out[u]);
      if (positive != nullptr) keep_where_positive(load(positive + at, vectors, left), out);
      store(out, dx + at, vectors, left);
    }
  });
}

template <class... T>
Maps maps_of(const LrnParams& params, const LrnFormula& f, const Shape& shape,
             const T*... pointers) {
  if (params.region == LrnParams::Region::within_map)
    return {shape[0], shape[1], shape[2], channels_of(shape[3], pointers...), false};
  const int64_t groups = shape[0] * shape[1] * shape[2] * f.groups;
  return {groups, 1, f.group, channels_of(1, pointers...), true};
}

}  // namespace

void normalise_windows(Context& ctx, const LrnParams& params, const Shape& shape, const float* x,
                       float* y) {
  const LrnFormula f(params, shape[3]);
  const Maps maps = maps_of(params, f, shape, x, y);
  const RowWork work = maps.work();
  launch(ctx, "lrn_forward", lrn_windows_kernel, work.blocks, work.threads, 0, work, maps, f, x, y);
}

void normalise_windows_gradient(Context& ctx, const LrnParams& params, const Shape& shape,
                                const float* x, const float* dy, const float* positive,
                                float* scratch, float* dx) {
  const LrnFormula f(params, shape[3]);
  const Maps maps = maps_of(params, f, shape, x, dy, positive, scratch, dx);
  const RowWork work = maps.work();
  launch(ctx, "lrn_backward (ratios)", lrn_windows_ratio_kernel, work.blocks, work.threads, 0, work,
         maps, f, x, dy, scratch, dx);
  launch(ctx, "lrn_backward", lrn_windows_gradient_kernel, work.blocks, work.threads, 0, work, maps,
         f, x, scratch, positive, dx);
}

}  // namespace fovea::cuda
