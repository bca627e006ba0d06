// SPDX-License-Identifier: Apache-2.0
// An operand that is a matrix in memory whose rows are the depth.
#pragma once

#include "cuda/tensor_core/main_loop.cuh"

namespace fovea::cuda::tensor_core {

// A thread copies the same chunk along the row of every kStride-th depth.
template <class Operand>
struct ChunkOfDepths {
  static constexpr int kStride = kThreads / Operand::kRowChunks;
  static constexpr int kCount = kStepDepth<typename Operand::Format> / kStride;

  __device__ static __forceinline__ int chunk() {
    return static_cast<int>(threadIdx.x) % Operand::kRowChunks;
  }
  __device__ static __forceinline__ int first_depth() {
    return static_cast<int>(threadIdx.x) / Operand::kRowChunks;
  }
  // Of the chunk in the operand's part.
  __device__ static __forceinline__ int offset(int i) {
    return Operand::offset(first_depth(), chunk()) + Operand::offset(kStride * i, 0);
  }
};

template <class Format, int kExtent>
class MatrixRows {
 public:
  using Operand = DepthStrided<Format, kExtent>;
  using Element = typename Format::Element;

  // from: the block's first element of the first row; `extent` elements, whole chunks, are in the
  // row from there on, `pitch` between rows, of which there are `depth`.
  __device__ __forceinline__ MatrixRows(const Element* from, int extent, int pitch, int depth)
      : pitch_(pitch) {
    const int first = Chunks::chunk() * Format::kChunk;
    left_ = first < extent ? depth - Chunks::first_depth() : 0;
    from_ = from + int64_t{Chunks::first_depth()} * pitch + first;
  }

  __device__ __forceinline__ void copy(char* to) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      copy_chunk(to + Chunks::offset(i), from_, i * Chunks::kStride < left_);
      from_ += int64_t{Chunks::kStride} * pitch_;
    }
    left_ -= kStepDepth<Format>;
  }

 private:
  using Chunks = ChunkOfDepths<Operand>;

  const Element* from_;
  int pitch_, left_;
};

}  // namespace fovea::cuda::tensor_core
