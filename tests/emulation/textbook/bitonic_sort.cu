// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

#include <algorithm>

namespace textbook {

namespace {

constexpr int kBlockKeys = 256;  // two for each thread

__device__ void order(int& low, int& high, bool ascending) {
  if ((low > high) == ascending) {
    const int other = low;
    low = high;
    high = other;
  }
}

// The index of the lower key of a thread's pair: the thread's number with a 0 put in at the bit of
// `distance`.
__device__ int lower_of_pair(int thread, int distance) {
  return 2 * thread - (thread & (distance - 1));
}

// The steps of stages [first, last] whose distance fits into a block.
__global__ void within_block_kernel(int* keys, int first, int last) {
  __shared__ int own[kBlockKeys];
  const int thread = threadIdx.x, base = blockIdx.x * kBlockKeys, pairs = blockDim.x;
  own[thread] = keys[base + thread];
  own[thread + pairs] = keys[base + thread + pairs];
  for (int stage = first; stage <= last; stage *= 2)
    for (int distance = min(stage / 2, pairs); distance > 0; distance /= 2) {
      __syncthreads();
      const int low = lower_of_pair(thread, distance);
      order(own[low], own[low + distance], ((base + low) & stage) == 0);
    }
  __syncthreads();
  keys[base + thread] = own[thread];
  keys[base + thread + pairs] = own[thread + pairs];
}

__global__ void across_blocks_kernel(int* keys, int stage, int distance) {
  const int low = lower_of_pair(blockIdx.x * blockDim.x + threadIdx.x, distance);
  order(keys[low], keys[low + distance], (low & stage) == 0);
}

}  // namespace

cudaError_t bitonic_sort(int* keys, int size, cudaStream_t stream) {
  const int block_keys = std::min(size, kBlockKeys), threads = block_keys / 2;
  const int blocks = size / block_keys;
  cudaError_t error =
      cuda_portable::launch(within_block_kernel, blocks, threads, 0, stream, keys, 2, block_keys);
  for (int stage = 2 * block_keys; stage <= size && !error; stage *= 2) {
    for (int distance = stage / 2; distance >= block_keys && !error; distance /= 2)
      error = cuda_portable::launch(across_blocks_kernel, blocks, threads, 0, stream, keys, stage,
                                    distance);
    if (!error)
      error = cuda_portable::launch(within_block_kernel, blocks, threads, 0, stream, keys, stage,
                                    stage);
  }
  return error;
}

}  // namespace textbook
