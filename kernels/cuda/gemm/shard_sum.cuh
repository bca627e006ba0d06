// SPDX-License-Identifier: Apache-2.0
// Adds the shards' sums pairwise, neighbours first, an odd last one carried up; then + 0.
#pragma once

#include <cuda_runtime.h>

namespace fovea::cuda {

// Of numbers that come one after the other, by a binary counter: slot l waits with a finished sum
// of 2^l shards.
class ShardTree {
 public:
  __device__ __forceinline__ void add(int shard, float sum) {
    bool carried = true;
#pragma unroll
    for (int level = 0; level < kLevels; level++) {
      if (!carried) continue;
      if (shard >> level & 1) {
        sum = waiting_[level] + sum;
      } else {
        waiting_[level] = sum;
        carried = false;
      }
    }
  }
  // Of shards 0 to `shards` - 1.
  __device__ __forceinline__ float result(int shards) const {
    float sum = 0.0f;
    bool any = false;
#pragma unroll
    for (int level = 0; level < kLevels; level++) {
      if (!(shards >> level & 1)) continue;
      sum = any ? waiting_[level] + sum : waiting_[level];
      any = true;
    }
    return sum + 0.0f;
  }

 private:
  static constexpr int kLevels = 7;  // 64 shards at most
  float waiting_[kLevels] = {};
};

// to (rows of `columns`, `pitch` apart) = the sum of the shards' arrays (rows of `columns`, without
// gaps).
static __global__ void __launch_bounds__(256)
    shard_sum_kernel(const float* sums, int shards, long long rows, int columns, float* to,
                     long long pitch) {
  const long long count = rows * columns;
  const long long step = static_cast<long long>(gridDim.x) * blockDim.x;
  for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += step) {
    ShardTree tree;
    for (int s = 0; s < shards; s++) tree.add(s, sums[s * count + i]);
    to[i / columns * pitch + i % columns] = tree.result(shards);
  }
}

}  // namespace fovea::cuda
