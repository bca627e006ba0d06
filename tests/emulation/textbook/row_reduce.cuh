// SPDX-License-Identifier: Apache-2.0
// Reductions of one block whose result every thread gets.
#pragma once
#include <cuda_runtime.h>

namespace textbook {

constexpr int kRowThreads = 128;

struct Add {
  __device__ float operator()(float a, float b) const { return a + b; }
};
struct Max {
  __device__ float operator()(float a, float b) const { return a < b ? b : a; }
};

template <class Op>
__device__ float warp_reduce(float value, Op op) {
  for (int distance = 16; distance > 0; distance /= 2)
    value = op(value, __shfl_xor_sync(0xffffffffu, value, distance));
  return value;
}

// `scratch` has a place for each warp and is free again when all have returned.
template <class Op>
__device__ float block_reduce(float value, Op op, float* scratch) {
  value = warp_reduce(value, op);
  if (threadIdx.x % 32 == 0) scratch[threadIdx.x / 32] = value;
  __syncthreads();
  value = scratch[0];
  for (int warp = 1; warp < kRowThreads / 32; warp++) value = op(value, scratch[warp]);
  __syncthreads();
  return value;
}

}  // namespace textbook
