// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

constexpr int kThreads = 256, kWarps = kThreads / 32;
constexpr unsigned kWholeWarp = 0xffffffffu;

// Each thread's place when keys with `one` false go before the others and both keep their order.
__device__ int split(bool one, int* zeros_of_warp) {
  const int thread = threadIdx.x, lane = thread % 32, warp = thread / 32;
  const unsigned zeros = __ballot_sync(kWholeWarp, !one);
  if (lane == 0) zeros_of_warp[warp] = __popc(zeros);
  __syncthreads();
  int before = __popc(zeros & ((1u << lane) - 1)), total = 0;
  for (int w = 0; w < kWarps; w++) {
    before += w < warp ? zeros_of_warp[w] : 0;
    total += zeros_of_warp[w];
  }
  return one ? total + thread - before : before;
}

__global__ void radix_sort_kernel(unsigned* keys) {
  __shared__ unsigned sorted[kThreads];
  __shared__ int zeros_of_warp[kWarps];
  unsigned key = keys[blockIdx.x * kThreads + threadIdx.x];
  for (int bit = 0; bit < 32; bit++) {
    const int place = split(key >> bit & 1, zeros_of_warp);
    sorted[place] = key;
    __syncthreads();
    key = sorted[threadIdx.x];
  }
  keys[blockIdx.x * kThreads + threadIdx.x] = key;
}

}  // namespace

cudaError_t radix_sort_blocks(unsigned* keys, int size, cudaStream_t stream) {
  return cuda_portable::launch(radix_sort_kernel, size / kThreads, kThreads, 0, stream, keys);
}

}  // namespace textbook
