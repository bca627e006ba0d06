// SPDX-License-Identifier: Apache-2.0
// One operand's part of a step in shared memory: kExtent rows of the result (or columns, for the
// right operand) by kStepChunks chunks of depth, and how a warp reads its fragments. Chunks are
// permuted, or rows padded, so that neither the copies nor the reads of a warp meet in a bank.
#pragma once

#include "cuda/tensor_core/format.cuh"

#include <cuda_portable/matrix.cuh>

namespace fovea::cuda::tensor_core {

__device__ __forceinline__ int lane_id() { return static_cast<int>(threadIdx.x) & 31; }

// Depth is the contiguous axis in memory: a row of chunks for each of the kExtent rows.
template <class Format_, int kExtent_>
struct DepthContiguous {
  using Format = Format_;
  static constexpr int kExtent = kExtent_;
  static constexpr bool kDepthContiguous = true;
  static constexpr int kBytes = kExtent * kStepChunks * kChunkBytes;

  // Byte offset of chunk `chunk` of row `row`. Eight rows at one chunk cover all banks.
  __device__ static __forceinline__ int offset(int row, int chunk) {
    return (row * kStepChunks + (chunk ^ (row >> 1 & 3))) * kChunkBytes;
  }

  // Rows [first, first + 16) by the depth of one mma, as its left fragment.
  __device__ static __forceinline__ void left(const char* tile, int first, int mma,
                                              uint32_t (&fragment)[4]) {
    const int lane = lane_id();
    const int row = first + (lane & 7) + (lane >> 3 & 1) * 8;
    cuda_portable::load_matrix_x4(fragment, tile + offset(row, 2 * mma + (lane >> 4)));
    round(fragment);
  }
  // Columns [first, first + 16) as the right fragments of two mma.
  __device__ static __forceinline__ void right(const char* tile, int first, int mma,
                                               uint32_t (&low)[2], uint32_t (&high)[2]) {
    const int lane = lane_id();
    const int row = first + (lane & 7) + (lane >> 4) * 8;
    uint32_t both[4];
    cuda_portable::load_matrix_x4(both, tile + offset(row, 2 * mma + (lane >> 3 & 1)));
    round(both);
    low[0] = both[0], low[1] = both[1], high[0] = both[2], high[1] = both[3];
  }

  __device__ static __forceinline__ void round(uint32_t (&fragment)[4]) {
    if constexpr (Format::kChunk == 4) {
      for (uint32_t& bits : fragment) bits = cuda_portable::to_tf32(__uint_as_float(bits));
    }
  }
};

// The other axis is contiguous: a row of chunks along it for each element of depth.
template <class Format_, int kExtent_>
struct DepthStrided {
  using Format = Format_;
  using Element = typename Format::Element;
  static constexpr int kExtent = kExtent_;
  static constexpr bool kDepthContiguous = false;
  static constexpr int kRowChunks = kExtent / Format::kChunk;
  // Eight rows of 16-bit elements at one chunk, and four of 32-bit ones at two, cover all banks.
  static constexpr int kRowBytes = (kRowChunks + (Format::kChunk == 8 ? 1 : 2)) * kChunkBytes;
  static constexpr int kBytes = kStepDepth<Format> * kRowBytes;

  __device__ static __forceinline__ int offset(int depth, int chunk) {
    return depth * kRowBytes + chunk * kChunkBytes;
  }

  __device__ static __forceinline__ void left(const char* tile, int first, int mma,
                                              uint32_t (&fragment)[4]) {
    const int lane = lane_id();
    if constexpr (Format::kChunk == 8) {
      const int depth = mma * 16 + (lane & 7) + (lane >> 4) * 8;
      const int chunk = first / 8 + (lane >> 3 & 1);
      cuda_portable::load_matrix_x4_transposed(fragment, tile + offset(depth, chunk));
    } else {
      const int row = first + (lane >> 2), depth = mma * 8 + (lane & 3);
      fragment[0] = element(tile, depth, row), fragment[1] = element(tile, depth, row + 8);
      fragment[2] = element(tile, depth + 4, row), fragment[3] = element(tile, depth + 4, row + 8);
    }
  }
  __device__ static __forceinline__ void right(const char* tile, int first, int mma,
                                               uint32_t (&low)[2], uint32_t (&high)[2]) {
    const int lane = lane_id();
    if constexpr (Format::kChunk == 8) {
      const int depth = mma * 16 + (lane & 7) + (lane >> 3 & 1) * 8;
      uint32_t both[4];
      cuda_portable::load_matrix_x4_transposed(both, tile + offset(depth, first / 8 + (lane >> 4)));
      low[0] = both[0], low[1] = both[1], high[0] = both[2], high[1] = both[3];
    } else {
      const int column = first + (lane >> 2), depth = mma * 8 + (lane & 3);
      low[0] = element(tile, depth, column), low[1] = element(tile, depth + 4, column);
      high[0] = element(tile, depth, column + 8), high[1] = element(tile, depth + 4, column + 8);
    }
  }

  __device__ static __forceinline__ uint32_t element(const char* tile, int depth, int at) {
    return cuda_portable::to_tf32(reinterpret_cast<const float*>(tile + depth * kRowBytes)[at]);
  }
};

}  // namespace fovea::cuda::tensor_core
