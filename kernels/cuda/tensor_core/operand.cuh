// SPDX-License-Identifier: Apache-2.0
// One operand's part of a step in shared memory: kExtent rows of the result (or columns, for the
// right operand) by kStepChunks chunks of depth, and how a warp reads its fragments. Chunks are
// permuted, or rows padded, so that neither the copies nor the reads of a warp meet in a bank.
//
// left() and right() read the fragments of rows (columns) [first, first + 16 or 8 * kCount) for one
// mma of depth; `tile` is the part's offset in the block's shared memory.
#pragma once

#include "cuda/tensor_core/tile.cuh"

#include <cuda_portable/matrix.cuh>

namespace fovea::cuda::tensor_core {

// Depth is the contiguous axis in memory: a row of chunks for each of kExtent slots, of which slot
// s holds row Format::position(s).
template <class Format_, int kExtent_>
struct DepthContiguous {
  using Format = Format_;
  static constexpr int kExtent = kExtent_;
  static constexpr int kBytes = kExtent * kStepChunks * kChunkBytes;

  // Byte offset of a chunk. Eight slots at one chunk cover all banks.
  __device__ static __forceinline__ int offset(int slot, int chunk) {
    return (slot * kStepChunks + (chunk ^ (slot / 2 % 4))) * kChunkBytes;
  }

  template <int kCount>
  __device__ static __forceinline__ void left(const char* shared, int tile, int first, int mma,
                                              uint32_t (&fragment)[kCount][4]) {
    const int lane = lane_id();
    const int at = (tile + offset(first + lane % 16, lane / 16)) ^ (mma * 2 * kChunkBytes);
#pragma unroll
    for (int i = 0; i < kCount; i++) {
      cuda_portable::load_matrix_x4(fragment[i], shared + at + offset(16 * i, 0));
      round(fragment[i]);
    }
  }
  template <int kCount>
  __device__ static __forceinline__ void right(const char* shared, int tile, int first, int mma,
                                               uint32_t (&fragment)[kCount][2]) {
    const int lane = lane_id();
    const int slot = first + lane % 8 + lane / 16 * 8;
    const int at = (tile + offset(slot, lane / 8 % 2)) ^ (mma * 2 * kChunkBytes);
#pragma unroll
    for (int j = 0; j < kCount; j += 2) {
      uint32_t both[4];
      cuda_portable::load_matrix_x4(both, shared + at + offset(8 * j, 0));
      round(both);
      fragment[j][0] = both[0], fragment[j][1] = both[1];
      fragment[j + 1][0] = both[2], fragment[j + 1][1] = both[3];
    }
  }

 private:
  __device__ static __forceinline__ void round(uint32_t (&fragment)[4]) {
    if constexpr (Format::kChunk == 4) {
#pragma unroll
      for (int i = 0; i < 4; i++)
        fragment[i] = cuda_portable::to_tf32_operand(__uint_as_float(fragment[i]));
    }
  }
};

// The other axis is contiguous: a row of chunks along it for each element of depth.
template <class Format_, int kExtent_>
struct DepthStrided {
  using Format = Format_;
  static constexpr int kExtent = kExtent_;
  static constexpr int kRowChunks = kExtent / Format::kChunk;
  // Eight rows of 16-bit elements at one chunk, and four of 32-bit ones at two, cover all banks.
  static constexpr int kRowBytes = (kRowChunks + (Format::kChunk == 8 ? 1 : 2)) * kChunkBytes;
  static constexpr int kBytes = kStepDepth<Format> * kRowBytes;

  __device__ static __forceinline__ int offset(int depth, int chunk) {
    return depth * kRowBytes + chunk * kChunkBytes;
  }

  template <int kCount>
  __device__ static __forceinline__ void left(const char* shared, int tile, int first, int mma,
                                              uint32_t (&fragment)[kCount][4]) {
    const int lane = lane_id();
    if constexpr (Format::kChunk == 8) {
      const int at = tile + offset(mma * 16 + lane % 8 + lane / 16 * 8, first / 8 + lane / 8 % 2);
#pragma unroll
      for (int i = 0; i < kCount; i++)
        cuda_portable::load_matrix_x4_transposed(fragment[i], shared + at + offset(0, 2 * i));
    } else {
      const char* at = shared + tile + offset(mma * 8 + lane % 4, first / 4 + lane / 4);
#pragma unroll
      for (int i = 0; i < kCount; i += 2) {
        uint32_t low[4], high[4];
        read(at + offset(0, 4 * i), low);
        read(at + offset(4, 4 * i), high);
        fragment[i][0] = low[0], fragment[i][1] = low[1];
        fragment[i][2] = high[0], fragment[i][3] = high[1];
        fragment[i + 1][0] = low[2], fragment[i + 1][1] = low[3];
        fragment[i + 1][2] = high[2], fragment[i + 1][3] = high[3];
      }
    }
  }
  template <int kCount>
  __device__ static __forceinline__ void right(const char* shared, int tile, int first, int mma,
                                               uint32_t (&fragment)[kCount][2]) {
    const int lane = lane_id();
    if constexpr (Format::kChunk == 8) {
      const int at = tile + offset(mma * 16 + lane % 16, first / 8 + lane / 16);
#pragma unroll
      for (int j = 0; j < kCount; j += 2) {
        uint32_t both[4];
        cuda_portable::load_matrix_x4_transposed(both, shared + at + offset(0, j));
        fragment[j][0] = both[0], fragment[j][1] = both[1];
        fragment[j + 1][0] = both[2], fragment[j + 1][1] = both[3];
      }
    } else {
      const char* at = shared + tile + offset(mma * 8 + lane % 4, first / 4 + lane / 4);
#pragma unroll
      for (int j = 0; j < kCount; j += 4) {
        uint32_t low[4], high[4];
        read(at + offset(0, 2 * j), low);
        read(at + offset(4, 2 * j), high);
#pragma unroll
        for (int i = 0; i < 4; i++) fragment[j + i][0] = low[i], fragment[j + i][1] = high[i];
      }
    }
  }

 private:
  // Four neighbours, which lie at one place of four slots: see Tf32::position.
  __device__ static __forceinline__ void read(const char* from, uint32_t (&to)[4]) {
    const float4 v = *reinterpret_cast<const float4*>(from);
    to[0] = cuda_portable::to_tf32_operand(v.x), to[1] = cuda_portable::to_tf32_operand(v.y);
    to[2] = cuda_portable::to_tf32_operand(v.z), to[3] = cuda_portable::to_tf32_operand(v.w);
  }
};

}  // namespace fovea::cuda::tensor_core
