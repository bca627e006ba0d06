// SPDX-License-Identifier: Apache-2.0
#include "row_reduce.cuh"
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

__global__ void dot_kernel(const float* x, const float* y, int size, float* partial,
                           unsigned* ticket, float* result) {
  __shared__ float scratch[kRowThreads / 32];
  __shared__ bool last;
  float sum = 0;
  for (int i = blockIdx.x * kRowThreads + threadIdx.x; i < size; i += gridDim.x * kRowThreads)
    sum += x[i] * y[i];
  sum = block_reduce(sum, Add{}, scratch);
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = sum;
    __threadfence();
    last = atomicAdd(ticket, 1u) == gridDim.x - 1;
  }
  __syncthreads();
  if (!last) return;
  sum = 0;
  for (unsigned i = threadIdx.x; i < gridDim.x; i += kRowThreads) sum += partial[i];
  sum = block_reduce(sum, Add{}, scratch);
  if (threadIdx.x == 0) *result = sum;
}

}  // namespace

cudaError_t dot_last_block(const float* x, const float* y, int size, float* partial, int blocks,
                           unsigned* ticket, float* result, cudaStream_t stream) {
  return cuda_portable::launch(dot_kernel, blocks, kRowThreads, 0, stream, x, y, size, partial,
                               ticket, result);
}

}  // namespace textbook
