// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

constexpr int kThreads = 64;

__global__ void produce_kernel(int* items, int size, int round) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  if (i < size) items[i] = round * size + i + 1;
}

__global__ void consume_kernel(const int* items, int size, int* total) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  if (i < size) atomicAdd(total, items[i]);
}

}  // namespace

cudaError_t produce(int* items, int size, int round, cudaStream_t stream) {
  return cuda_portable::launch(produce_kernel, (size + kThreads - 1) / kThreads, kThreads, 0,
                               stream, items, size, round);
}

cudaError_t consume(const int* items, int size, int* total, cudaStream_t stream) {
  return cuda_portable::launch(consume_kernel, (size + kThreads - 1) / kThreads, kThreads, 0,
                               stream, items, size, total);
}

}  // namespace textbook
