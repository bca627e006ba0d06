// SPDX-License-Identifier: Apache-2.0
// Neighbouring threads take neighbouring columns: a warp loads one value of a, broadcast, and 32
// consecutive ones of b.
#include "gemm.cuh"

#include <cuda_portable/launch.cuh>

namespace kernel_lab {

namespace {

__global__ void coalesced_kernel(const float* a, const float* b, float* c, Size size) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x,
            row = blockIdx.y * blockDim.y + threadIdx.y;
  if (row >= size.m || column >= size.n) return;
  float sum = 0;
  for (int l = 0; l < size.k; l++) sum = fmaf(a[row * size.k + l], b[l * size.n + column], sum);
  c[row * size.n + column] = sum;
}

}  // namespace

cudaError_t gemm_coalesced(const float* a, const float* b, float* c, Size size,
                           cudaStream_t stream) {
  const dim3 block(32, 8);
  const dim3 grid(divide_up(size.n, 32), divide_up(size.m, 8));
  return cuda_portable::launch(coalesced_kernel, grid, block, 0, stream, a, b, c, size);
}

}  // namespace kernel_lab
