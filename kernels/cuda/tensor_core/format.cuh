// SPDX-License-Identifier: Apache-2.0
// The two number formats of the tensor cores that products are computed in. Sums are of fp32.
#pragma once

#include <fovea/core/dtype.h>

#include <cuda_runtime.h>

#include <cstdint>

namespace fovea::cuda::tensor_core {

// Bytes of one asynchronous copy: a chunk. Arrays are read in whole chunks along their contiguous
// axis, so their extent there is padded to whole ones.
constexpr int kChunkBytes = 16;
// Chunks of depth that a block multiplies between two barriers: two mma instructions deep.
constexpr int kStepChunks = 4;

// fp32 in memory, rounded to 10 bits of mantissa (ties away from zero) in registers.
struct Tf32 {
  using Element = float;
  static constexpr int kChunk = 4;  // elements
  // What a fragment holds may be any row or column of the result, as long as sums are stored
  // accordingly. Of 32 neighbours, four in a row go to four fragments' same place: so one 16-byte
  // load fetches four fragments where depth is not the contiguous axis.
  static constexpr int kNeighbours = 4;
  __host__ __device__ static constexpr int position(int slot) {
    return slot / 32 * 32 + slot % 8 * 4 + slot / 8 % 4;
  }
};

// The upper half of an fp32, rounded to nearest even where it is stored.
struct Bf16 {
  using Element = BFloat16;
  static constexpr int kChunk = 8;
  static constexpr int kNeighbours = 2;
  __host__ __device__ static constexpr int position(int slot) { return slot; }
};

template <class Format>
constexpr int kStepDepth = kStepChunks* Format::kChunk;

__device__ inline void store_as(float value, float* to) { *to = value; }
__device__ inline void store_as(float value, BFloat16* to) { *to = BFloat16::from_float(value); }
__device__ inline float as_float(float value) { return value; }
__device__ inline float as_float(BFloat16 value) { return value.to_float(); }

}  // namespace fovea::cuda::tensor_core
