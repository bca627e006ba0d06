// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

constexpr int kThreads = 256, kWarps = kThreads / 32;
constexpr unsigned kWholeWarp = 0xffffffffu;

__device__ int warp_sum(int value) {
  for (int distance = 16; distance > 0; distance /= 2)
    value += __shfl_down_sync(kWholeWarp, value, distance);
  return value;
}

__global__ void sum_kernel(const int* in, int size, int* sum) {
  __shared__ int partial[kWarps];
  int value = 0;
  for (int i = blockIdx.x * kThreads + threadIdx.x; i < size; i += gridDim.x * kThreads)
    value += in[i];
  value = warp_sum(value);
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  if (lane == 0) partial[warp] = value;
  __syncthreads();
  if (warp == 0) {
    value = warp_sum(lane < kWarps ? partial[lane] : 0);
    if (lane == 0) atomicAdd(sum, value);
  }
}

}  // namespace

cudaError_t sum(const int* in, int size, int* sum, cudaStream_t stream) {
  return cuda_portable::launch(sum_kernel, 3, kThreads, 0, stream, in, size, sum);
}

}  // namespace textbook
