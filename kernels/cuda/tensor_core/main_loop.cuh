// SPDX-License-Identifier: Apache-2.0
// The product of two operands on tensor cores by one block. Copies from global memory run
// kStages - 1 steps ahead.
#pragma once

#include "cuda/tensor_core/operand.cuh"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/shared_memory.cuh>

namespace fovea::cuda::tensor_core {

constexpr int kStages = 4;

// Starts the copy of a chunk, or of zeros: then nothing is read.
template <class Element>
__device__ __forceinline__ void copy_chunk(char* to, const Element* from, bool valid) {
  cuda_portable::async_copy<kChunkBytes>(to, from, valid ? kChunkBytes : 0);
}

__device__ __forceinline__ void multiply_accumulate(Tf32, float (&d)[4], const uint32_t (&a)[4],
                                                    const uint32_t (&b)[2]) {
  cuda_portable::mma_m16n8k8_tf32(d, a, b);
}
__device__ __forceinline__ void multiply_accumulate(Bf16, float (&d)[4], const uint32_t (&a)[4],
                                                    const uint32_t (&b)[2]) {
  cuda_portable::mma_m16n8k16_bf16(d, a, b);
}

// Left and Right: how the operands lie in shared memory; left, right: where.
template <class Left, class Right, class T>
__device__ __forceinline__ void multiply_step(const char* shared, int left, int right,
                                              Sums<typename Left::Format, T>& sums) {
#pragma unroll
  for (int mma = 0; mma < kStepChunks / 2; mma++) {
    uint32_t a[T::kRowFragments][4], b[T::kColumnFragments][2];
    Left::left(shared, left, T::warp_row(), mma, a);
    Right::right(shared, right, T::warp_column(), mma, b);
#pragma unroll
    for (int i = 0; i < T::kRowFragments; i++) {
#pragma unroll
      for (int j = 0; j < T::kColumnFragments; j++)
        multiply_accumulate(typename Left::Format(), sums.value[i][j], a[i], b[j]);
    }
  }
}

template <class Operands>
constexpr int kStageBytes = Operands::Left::kBytes + Operands::Right::kBytes;
template <class Operands>
constexpr int kLoopBytes = kStages* kStageBytes<Operands>;

// operands.fetch(left, right) starts the copies of the next step to there, with zeros past the
// ends. Of the block's shared memory the first kLoopBytes are used.
template <class T, class Operands>
__device__ __forceinline__ void multiply(Operands& operands, int steps,
                                         Sums<typename Operands::Left::Format, T>& sums) {
  using Left = typename Operands::Left;
  constexpr int kStage = kStageBytes<Operands>;
  char* shared = cuda_portable::dynamic_shared<char>();
  const auto start = [&](int step) {
    if (step < steps) {
      char* stage = shared + step % kStages * kStage;
      operands.fetch(stage, stage + Left::kBytes);
    }
    cuda_portable::async_copy_commit();
  };
#pragma unroll 1
  for (int step = 0; step < kStages - 1; step++) {
    __syncthreads();  // what an operand keeps for the next step is there
    start(step);
  }
#pragma unroll 1
  for (int step = 0; step < steps; step++) {
    cuda_portable::async_copy_wait<kStages - 2>();
    __syncthreads();  // the step has arrived, and the one before it has been read by all
    start(step + kStages - 1);
    const int stage = step % kStages * kStage;
    multiply_step<Left, typename Operands::Right, T>(shared, stage, stage + Left::kBytes, sums);
  }
}

}  // namespace fovea::cuda::tensor_core
