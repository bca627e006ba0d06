// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

constexpr int kThreads = 128;
constexpr unsigned kWholeWarp = 0xffffffffu;

__global__ void compact_kernel(const int* in, int size, int* out, int* count) {
  const int i = blockIdx.x * kThreads + threadIdx.x, lane = threadIdx.x % 32;
  const int value = i < size ? in[i] : 0;
  const unsigned kept = __ballot_sync(kWholeWarp, value > 0);
  int first = 0;
  if (lane == 0 && kept) first = atomicAdd(count, __popc(kept));
  first = __shfl_sync(kWholeWarp, first, 0);
  if (value > 0) out[first + __popc(kept & ((1u << lane) - 1))] = value;
}

}  // namespace

cudaError_t compact(const int* in, int size, int* out, int* count, cudaStream_t stream) {
  const int blocks = (size + kThreads - 1) / kThreads;
  return cuda_portable::launch(compact_kernel, blocks, kThreads, 0, stream, in, size, out, count);
}

}  // namespace textbook
