// SPDX-License-Identifier: Apache-2.0
// The product of two operands on tensor cores by one block: eight warps, two along the rows and
// four along the columns of the block's tile. Copies from global memory run kStages - 1 steps
// ahead.
#pragma once

#include "cuda/tensor_core/operand.cuh"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/shared_memory.cuh>

namespace fovea::cuda::tensor_core {

constexpr int kThreads = 256;
constexpr int kStages = 4;

// Rows and columns of one warp's part: multiples of 16.
template <int kWarpRows_, int kWarpColumns_>
struct Tile {
  static constexpr int kWarpRows = kWarpRows_, kWarpColumns = kWarpColumns_;
  static constexpr int kRows = 2 * kWarpRows, kColumns = 4 * kWarpColumns;
  static constexpr int kRowFragments = kWarpRows / 16, kColumnFragments = kWarpColumns / 8;

  __device__ static __forceinline__ int warp_row() {
    return static_cast<int>(threadIdx.x) / 32 / 4 * kWarpRows;
  }
  __device__ static __forceinline__ int warp_column() {
    return static_cast<int>(threadIdx.x) / 32 % 4 * kWarpColumns;
  }
};

// A warp's sums: those of lane l are rows l / 4 and l / 4 + 8 by columns 2 (l % 4) and the next of
// each 16x8 fragment.
template <class T>
struct Sums {
  float value[T::kRowFragments][T::kColumnFragments][4] = {};

  // Calls store(row, column, two neighbours) for all of them, row and column within the block's
  // tile.
  template <class Store>
  __device__ __forceinline__ void each_pair(Store store) const {
    const int row = T::warp_row() + lane_id() / 4, column = T::warp_column() + lane_id() % 4 * 2;
#pragma unroll
    for (int i = 0; i < T::kRowFragments; i++) {
#pragma unroll
      for (int j = 0; j < T::kColumnFragments; j++) {
        const float(&v)[4] = value[i][j];
        store(row + 16 * i, column + 8 * j, make_float2(v[0], v[1]));
        store(row + 16 * i + 8, column + 8 * j, make_float2(v[2], v[3]));
      }
    }
  }
};

__device__ __forceinline__ void multiply_accumulate(Tf32, float (&d)[4], const uint32_t (&a)[4],
                                                    const uint32_t (&b)[2]) {
  cuda_portable::mma_m16n8k8_tf32(d, a, b);
}
__device__ __forceinline__ void multiply_accumulate(Bf16, float (&d)[4], const uint32_t (&a)[4],
                                                    const uint32_t (&b)[2]) {
  cuda_portable::mma_m16n8k16_bf16(d, a, b);
}

// Left and Right: how the operands lie in shared memory.
template <class T, class Left, class Right>
__device__ __forceinline__ void multiply_step(const char* left, const char* right, Sums<T>& sums) {
#pragma unroll
  for (int mma = 0; mma < kStepChunks / 2; mma++) {
    uint32_t a[T::kRowFragments][4], b[T::kColumnFragments][2];
#pragma unroll
    for (int i = 0; i < T::kRowFragments; i++) Left::left(left, T::warp_row() + 16 * i, mma, a[i]);
#pragma unroll
    for (int j = 0; j < T::kColumnFragments; j += 2)
      Right::right(right, T::warp_column() + 8 * j, mma, b[j], b[j + 1]);
#pragma unroll
    for (int i = 0; i < T::kRowFragments; i++) {
#pragma unroll
      for (int j = 0; j < T::kColumnFragments; j++)
        multiply_accumulate(typename Left::Format(), sums.value[i][j], a[i], b[j]);
    }
  }
}

template <class LeftSource, class RightSource>
constexpr int kSharedBytes = kStages*(LeftSource::Operand::kBytes + RightSource::Operand::kBytes);

// source.copy(tile) starts the copies of the next step into `tile`, with zeros past the ends.
template <class T, class LeftSource, class RightSource>
__device__ __forceinline__ void multiply(LeftSource& left, RightSource& right, int steps,
                                         Sums<T>& sums) {
  using Left = typename LeftSource::Operand;
  using Right = typename RightSource::Operand;
  char* shared = cuda_portable::dynamic_shared<char>();
  const auto start = [&](int step) {
    if (step < steps) {
      char* stage = shared + step % kStages * (Left::kBytes + Right::kBytes);
      left.copy(stage);
      right.copy(stage + Left::kBytes);
    }
    cuda_portable::async_copy_commit();
  };
  for (int step = 0; step < kStages - 1; step++) start(step);
  for (int step = 0; step < steps; step++) {
    cuda_portable::async_copy_wait<kStages - 2>();
    __syncthreads();  // the step has arrived, and the one before it has been read by all
    start(step + kStages - 1);
    const char* stage = shared + step % kStages * (Left::kBytes + Right::kBytes);
    multiply_step<T, Left, Right>(stage, stage + Left::kBytes, sums);
  }
}

}  // namespace fovea::cuda::tensor_core
