// SPDX-License-Identifier: Apache-2.0
// Transposition of each image's matrix (channels, pixels) through tiles in shared memory. A tile
// has 32 x 32 elements, or all of an axis shorter than that and more of the other one, so that
// warps read and write runs of neighbours.
#include "cuda/common/launch.cuh"
#include "cuda/ops.h"

#include <algorithm>

namespace fovea::cuda {
namespace {

constexpr int kThreads = 256, kEdge = 32, kElements = kEdge * kEdge;
constexpr int64_t kMostBlocks = 1 << 20;  // more work than that is done by loops

// A tile: `down` rows by `across` columns. One of them, the short one, is contiguous in shared
// memory; the other is a multiple of 32, which a warp walks along in steps of the short one. After
// 32 times the odd part of a step such a walk is where it was among the banks: there a word is
// left out.
struct Tile {
  int down, across, period;

  Tile(int64_t rows, int64_t columns)
      : down(static_cast<int>(std::min<int64_t>(rows, kEdge))),
        across(static_cast<int>(std::min<int64_t>(columns, kEdge))) {
    if (down <= across)
      across = kElements / down / kEdge * kEdge;
    else
      down = kElements / across / kEdge * kEdge;
    const int step = std::min(down, across);
    period = kEdge * (step / (step & -step));
  }

  __device__ int place(int row, int column) const {
    const int at = down <= across ? column * down + row : row * across + column;
    return at + at / period;
  }
};

struct Matrices {
  int64_t count, rows, columns;
  Tile tile;
  int64_t tiles_down, tiles_across;

  Matrices(int64_t count, int64_t rows, int64_t columns)
      : count(count),
        rows(rows),
        columns(columns),
        tile(rows, columns),
        tiles_down((rows + tile.down - 1) / tile.down),
        tiles_across((columns + tile.across - 1) / tile.across) {}
  __host__ __device__ int64_t tiles() const { return count * tiles_down * tiles_across; }
};

__global__ void __launch_bounds__(kThreads)
    transpose_kernel(const Matrices m, const float* x, float* y) {
  __shared__ float tile[kElements + kEdge];
  const int down = m.tile.down, across = m.tile.across;
  for (int64_t t = blockIdx.x; t < m.tiles(); t += gridDim.x) {
    const int64_t left = t % m.tiles_across * across;
    const int64_t top = t / m.tiles_across % m.tiles_down * down;
    const int64_t start = t / m.tiles_across / m.tiles_down * m.rows * m.columns;
    for (int i = static_cast<int>(threadIdx.x); i < down * across; i += kThreads) {
      const int row = i / across, column = i % across;
      if (top + row < m.rows && left + column < m.columns)
        tile[m.tile.place(row, column)] = x[start + (top + row) * m.columns + left + column];
    }
    __syncthreads();
    for (int i = static_cast<int>(threadIdx.x); i < down * across; i += kThreads) {
      const int column = i / down, row = i % down;
      if (top + row < m.rows && left + column < m.columns)
        y[start + (left + column) * m.rows + top + row] = tile[m.tile.place(row, column)];
    }
    __syncthreads();
  }
}

void transpose(Context& ctx, const char* op, const Tensor& x, int64_t rows, int64_t columns,
               Tensor& y) {
  if (x.elements() == 0) return;
  const Matrices m(x.shape()[0], rows, columns);
  launch(ctx, op, transpose_kernel, static_cast<unsigned>(std::min(m.tiles(), kMostBlocks)),
         kThreads, 0, m, x.data<float>(), y.data<float>());
}

}  // namespace

void nchw_to_nhwc(Context& ctx, const Tensor& x, Tensor& y) {
  const Shape& s = x.shape();
  transpose(ctx, "nchw_to_nhwc", x, s[1], s[2] * s[3], y);
}

void nhwc_to_nchw(Context& ctx, const Tensor& x, Tensor& y) {
  const Shape& s = x.shape();
  transpose(ctx, "nhwc_to_nchw", x, s[1] * s[2], s[3], y);
}

}  // namespace fovea::cuda
