// SPDX-License-Identifier: Apache-2.0
// How a thread's part of the result is written.
#pragma once

#include "cuda/gemm/main_loop.cuh"

namespace fovea::cuda {

// Calls quad(row, column, values) for every four neighbours of a row that the thread has computed;
// positions are of the tile.
template <class T, class Quad>
__device__ __forceinline__ void for_quads(const ThreadPlace<T>& place, const Sums<T>& sums,
                                          Quad&& quad) {
#pragma unroll
  for (int i = 0; i < 4 * T::kRowQuads; i++) {
    const int row = position<T::kThreadRows>(place.row, i);
#pragma unroll
    for (int q = 0; q < T::kColumnQuads; q++) {
      const float values[4] = {sums[i][4 * q], sums[i][4 * q + 1], sums[i][4 * q + 2],
                               sums[i][4 * q + 3]};
      quad(row, position<T::kThreadColumns>(place.column, 4 * q), values);
    }
  }
}

// Writes up to four neighbours, `left` of which exist; at once where `whole` says that quads are
// whole and aligned.
__device__ __forceinline__ void store_quad(float* to, const float (&values)[4], int left,
                                           bool whole) {
  if (whole) {
    if (left > 0) {
      *reinterpret_cast<float4*>(to) = make_float4(values[0], values[1], values[2], values[3]);
    }
    return;
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    if (i < left) to[i] = values[i];
  }
}

__device__ __forceinline__ float relu(float v) { return v <= 0.0f ? 0.0f : v; }

}  // namespace fovea::cuda
