// SPDX-License-Identifier: Apache-2.0
#include "row_reduce.cuh"
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

__global__ void softmax_kernel(const float* in, float* out, int columns) {
  __shared__ float scratch[kRowThreads / 32];
  const float* x = in + static_cast<size_t>(blockIdx.x) * columns;
  float* y = out + static_cast<size_t>(blockIdx.x) * columns;
  float largest = -INFINITY;
  for (int i = threadIdx.x; i < columns; i += kRowThreads) largest = fmaxf(largest, x[i]);
  largest = block_reduce(largest, Max{}, scratch);
  float sum = 0;
  for (int i = threadIdx.x; i < columns; i += kRowThreads) sum += expf(x[i] - largest);
  sum = block_reduce(sum, Add{}, scratch);
  for (int i = threadIdx.x; i < columns; i += kRowThreads) y[i] = expf(x[i] - largest) / sum;
}

}  // namespace

cudaError_t softmax(const float* in, float* out, int rows, int columns, cudaStream_t stream) {
  return cuda_portable::launch(softmax_kernel, rows, kRowThreads, 0, stream, in, out, columns);
}

}  // namespace textbook
