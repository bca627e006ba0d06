// SPDX-License-Identifier: Apache-2.0
// One thread for one element. Neighbouring threads compute neighbouring rows, so a warp's loads of
// a, and its stores, touch 32 rows far apart: 32 sectors for 32 values where 4 would do.
#include "gemm.cuh"

#include <cuda_portable/launch.cuh>

namespace kernel_lab {

namespace {

__global__ void naive_kernel(const float* a, const float* b, float* c, Size size) {
  const int row = blockIdx.x * blockDim.x + threadIdx.x,
            column = blockIdx.y * blockDim.y + threadIdx.y;
  if (row >= size.m || column >= size.n) return;
  float sum = 0;
  for (int l = 0; l < size.k; l++) sum = fmaf(a[row * size.k + l], b[l * size.n + column], sum);
  c[row * size.n + column] = sum;
}

}  // namespace

cudaError_t gemm_naive(const float* a, const float* b, float* c, Size size, cudaStream_t stream) {
  const dim3 block(32, 8);
  const dim3 grid(divide_up(size.m, 32), divide_up(size.n, 8));
  return cuda_portable::launch(naive_kernel, grid, block, 0, stream, a, b, c, size);
}

}  // namespace kernel_lab
