// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

constexpr int kThreads = 128, kBins = 256;

__global__ void histogram_kernel(const uint8_t* in, int size, unsigned* counts) {
  __shared__ unsigned own[kBins];
  for (int bin = threadIdx.x; bin < kBins; bin += kThreads) own[bin] = 0;
  __syncthreads();
  const int stride = gridDim.x * kThreads;
  for (int i = blockIdx.x * kThreads + threadIdx.x; i < size; i += stride)
    atomicAdd(&own[in[i]], 1u);
  __syncthreads();
  for (int bin = threadIdx.x; bin < kBins; bin += kThreads) atomicAdd(&counts[bin], own[bin]);
}

}  // namespace

cudaError_t histogram(const uint8_t* in, int size, unsigned* counts, cudaStream_t stream) {
  return cuda_portable::launch(histogram_kernel, 4, kThreads, 0, stream, in, size, counts);
}

}  // namespace textbook
