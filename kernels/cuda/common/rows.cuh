// SPDX-License-Identifier: Apache-2.0
// Rows of independent items, cut into pieces, each one thread block's work: the row is the same for
// all threads of a block.
#pragma once

#include "cuda/common/launch.cuh"

#include <algorithm>
#include <cstdint>

namespace fovea::cuda {

constexpr int kRowThreads = 256;
constexpr int64_t kRowBlocks = 1 << 20;  // more work than that is done by loops

struct RowWork {
  int64_t rows, width;  // of a row: items, one for a thread
  int64_t pieces = 1;
  int threads = 0;
  unsigned blocks = 0;

  RowWork(int64_t rows, int64_t width) : rows(rows), width(width) {
    if (rows == 0 || width == 0) return;
    pieces = (width + kRowThreads - 1) / kRowThreads;
    const int64_t even = (width + pieces - 1) / pieces;
    threads = static_cast<int>((even + 31) / 32 * 32);
    blocks = static_cast<unsigned>(std::min(rows * pieces, kRowBlocks));
  }
};

// Calls body(row, item) for this thread's items.
template <class Body>
__device__ void for_items(const RowWork& work, Body body) {
  for (int64_t piece = blockIdx.x; piece < work.rows * work.pieces; piece += gridDim.x) {
    const int64_t item = piece % work.pieces * blockDim.x + threadIdx.x;
    if (item < work.width) body(piece / work.pieces, item);
  }
}

}  // namespace fovea::cuda
