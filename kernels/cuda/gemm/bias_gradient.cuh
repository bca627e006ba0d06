// SPDX-License-Identifier: Apache-2.0
// Per shard one chain of additions over the rows of dy. A chain cannot be split, so a block brings
// rows of 32 columns into shared memory with all its threads while one warp adds those that are
// there.
#pragma once

#include <cuda_portable/async_copy.cuh>
#include <cuda_runtime.h>

namespace fovea::cuda {

constexpr int kBiasColumns = 32, kBiasRows = 128, kBiasThreads = 256;

// sums (shards, columns). Grid: column tiles x shards.
static __global__ void __launch_bounds__(kBiasThreads)
    bias_gradient_kernel(const float* dy, long long samples, long long sample_rows, int columns,
                         int shards, float* sums) {
  __shared__ __align__(16) float rows[2][kBiasRows][kBiasColumns];
  const int thread = static_cast<int>(threadIdx.x), lane = thread % kBiasColumns;
  const int column = static_cast<int>(blockIdx.x) * kBiasColumns + lane;
  const int shard = static_cast<int>(blockIdx.y);
  const long long begin = samples * shard / shards * sample_rows;
  const long long count = samples * (shard + 1) / shards * sample_rows - begin;
  const float* from = dy + begin * columns + column;
  const auto fetch = [&](long long first, int slot) {
    for (int r = thread / kBiasColumns; r < kBiasRows; r += kBiasThreads / kBiasColumns) {
      const bool valid = first + r < count && column < columns;
      cuda_portable::async_copy<4>(&rows[slot][r][lane], from + (first + r) * columns,
                                   valid ? 4 : 0);
    }
    cuda_portable::async_copy_commit();
  };
  float sum = 0.0f;
  fetch(0, 0);
  int slot = 0;
  for (long long first = 0; first < count; first += kBiasRows, slot ^= 1) {
    cuda_portable::async_copy_wait<0>();
    __syncthreads();
    fetch(first + kBiasRows, slot ^ 1);
    if (thread < kBiasColumns) {
      const int here = static_cast<int>(count - first < kBiasRows ? count - first : kBiasRows);
#pragma unroll 16
      for (int r = 0; r < here; r++) sum = sum + rows[slot][r][lane];
    }
  }
  cuda_portable::async_copy_wait<0>();
  if (thread < kBiasColumns && column < columns) {
    sums[static_cast<long long>(shard) * columns + column] = sum;
  }
}

}  // namespace fovea::cuda
