// SPDX-License-Identifier: Apache-2.0
// A block works on a tile of c and keeps the parts of a and b that it needs in shared memory: each
// global value is read n / 32 times instead of n times.
#include "gemm.cuh"

#include <cuda_portable/launch.cuh>

namespace kernel_lab {

namespace {

constexpr int kTile = 32;

__global__ void tiled_kernel(const float* a, const float* b, float* c, Size size) {
  __shared__ float a_tile[kTile][kTile], b_tile[kTile][kTile];
  const int x = threadIdx.x, y = threadIdx.y;
  const int row = blockIdx.y * kTile + y, column = blockIdx.x * kTile + x;
  float sum = 0;
  for (int first = 0; first < size.k; first += kTile) {
    a_tile[y][x] = row < size.m && first + x < size.k ? a[row * size.k + first + x] : 0.0f;
    b_tile[y][x] = first + y < size.k && column < size.n ? b[(first + y) * size.n + column] : 0.0f;
    __syncthreads();
    for (int l = 0; l < kTile; l++) sum = fmaf(a_tile[y][l], b_tile[l][x], sum);
    __syncthreads();
  }
  if (row < size.m && column < size.n) c[row * size.n + column] = sum;
}

}  // namespace

cudaError_t gemm_tiled(const float* a, const float* b, float* c, Size size, cudaStream_t stream) {
  const dim3 grid(divide_up(size.n, kTile), divide_up(size.m, kTile));
  return cuda_portable::launch(tiled_kernel, grid, dim3(kTile, kTile), 0, stream, a, b, c, size);
}

}  // namespace kernel_lab
