// SPDX-License-Identifier: Apache-2.0
// Sums in the order of docs/numerics.md by one block of kReduceParts threads: thread t holds
// partial sum t, which it made of elements t, t + kReduceParts, ... in order.
#pragma once

#include <fovea/kernels/elementwise.h>

#include <cuda_runtime.h>

namespace fovea::cuda {

// combine(part of t, part of t + half), halving until one is left, which all threads get. `scratch`
// is free again afterwards. All threads of the block must call it.
template <class Combine>
__device__ float block_reduce(float part, Combine combine, float (&scratch)[kReduceParts]) {
  const int t = static_cast<int>(threadIdx.x);
  scratch[t] = part;
  __syncthreads();
  for (int half = kReduceParts / 2; half > 0; half /= 2) {
    if (t < half) scratch[t] = combine(scratch[t], scratch[t + half]);
    __syncthreads();
  }
  const float result = scratch[0];
  __syncthreads();
  return result;
}

struct Add {
  __device__ float operator()(float a, float b) const { return a + b; }
};
// The larger; a NaN in `b` loses.
struct Larger {
  __device__ float operator()(float a, float b) const { return b > a ? b : a; }
};

__device__ inline float block_sum(float part, float (&scratch)[kReduceParts]) {
  return block_reduce(part, Add(), scratch);
}

}  // namespace fovea::cuda
