// SPDX-License-Identifier: Apache-2.0
// Who copies which chunk of a step into shared memory, and places that move on without divisions.
#pragma once

#include "cuda/tensor_core/main_loop.cuh"
#include "cuda/tensor_core/windows.cuh"

namespace fovea::cuda::tensor_core {

// Starts the copy of a chunk, or of zeros: then nothing is read.
template <class Element>
__device__ __forceinline__ void copy_chunk(char* to, const Element* from, bool valid,
                                           const Element* anywhere) {
  cuda_portable::async_copy<kChunkBytes>(to, valid ? from : anywhere, valid ? kChunkBytes : 0);
}

// A thread's chunks of an operand whose depth is contiguous: the same chunk of every 64th row.
template <class Operand>
struct ChunkOfRows {
  static constexpr int kStride = kThreads / kStepChunks;
  static constexpr int kCount = Operand::kExtent / kStride;

  __device__ static __forceinline__ int chunk() {
    return static_cast<int>(threadIdx.x) % kStepChunks;
  }
  __device__ static __forceinline__ int row(int i) {
    return static_cast<int>(threadIdx.x) / kStepChunks + kStride * i;
  }
};

// Of one whose other axis is contiguous: the same chunk along it, of several depths.
template <class Operand>
struct ChunkOfDepths {
  static constexpr int kStride = kThreads / Operand::kRowChunks;
  static constexpr int kCount = kStepDepth<typename Operand::Format> / kStride;

  __device__ static __forceinline__ int chunk() {
    return static_cast<int>(threadIdx.x) % Operand::kRowChunks;
  }
  __device__ static __forceinline__ int depth(int i) {
    return static_cast<int>(threadIdx.x) / Operand::kRowChunks + kStride * i;
  }
};

// Depth as (filter row, filter column, channel).
struct FilterPlace {
  int row = 0, column = 0, channel = 0;

  __device__ __forceinline__ void advance(int channels_on, int channels, int columns) {
    channel += channels_on;
    while (channel >= channels) {
      channel -= channels;
      if (++column == columns) {
        column = 0;
        row++;
      }
    }
  }
};

// Depth as an output pixel.
struct PixelPlace {
  int sample = 0, row = 0, column = 0;

  PixelPlace() = default;
  __device__ __forceinline__ PixelPlace(int64_t pixel, int rows, int columns)
      : sample(static_cast<int>(pixel / columns / rows)),
        row(static_cast<int>(pixel / columns % rows)),
        column(static_cast<int>(pixel % columns)) {}

  __device__ __forceinline__ void advance(int pixels, int rows, int columns) {
    column += pixels;
    while (column >= columns) {
      column -= columns;
      if (++row == rows) {
        row = 0;
        sample++;
      }
    }
  }
};

}  // namespace fovea::cuda::tensor_core
