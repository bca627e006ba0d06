// SPDX-License-Identifier: Apache-2.0
#include "saxpy.cuh"

#include <cuda_portable/launch.cuh>

namespace {

__global__ void saxpy_kernel(float a, const float* x, float* y, int size) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < size) y[i] = fmaf(a, x[i], y[i]);
}

}  // namespace

cudaError_t saxpy(float a, const float* x, float* y, int size) {
  return cuda_portable::launch(saxpy_kernel, (size + 127) / 128, 128, 0, nullptr, a, x, y, size);
}
