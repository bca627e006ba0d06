// SPDX-License-Identifier: Apache-2.0
// What a product's kernels share: the block's tile, and the shared memory. Blocks take their tile
// from one linear index, the columns fastest, so that blocks that run together share patches.
#pragma once

#include "cuda/gemm/operands.cuh"
#include "cuda/gemm/store.cuh"

#include <cuda_portable/shared_memory.cuh>

namespace fovea::cuda {

// The block's tile of a product of several groups.
struct TilePlace {
  int column_tile, row_tile, group;

  __device__ __forceinline__ TilePlace(int row_tiles, int column_tiles) {
    const unsigned at = blockIdx.x, row = at / static_cast<unsigned>(column_tiles);
    column_tile = static_cast<int>(at % static_cast<unsigned>(column_tiles));
    row_tile = static_cast<int>(row % static_cast<unsigned>(row_tiles));
    group = static_cast<int>(row / static_cast<unsigned>(row_tiles));
  }
};

// Dynamic shared memory of a product's kernel.
template <class T>
struct SharedProduct {
  float stages[T::kStages * T::kStageFloats];
  Corner corners[T::kRows];
  const float* filters[T::kColumns];
  DataGradientPhase phase;
};

}  // namespace fovea::cuda
