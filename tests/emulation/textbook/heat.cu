// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

constexpr int kTile = 16, kHalo = kTile + 2;

__global__ void heat_kernel(const float* in, float* out, int rows, int columns, float rate) {
  __shared__ float tile[kHalo][kHalo];
  const int first_row = blockIdx.y * kTile - 1, first_column = blockIdx.x * kTile - 1;
  const int thread = threadIdx.y * kTile + threadIdx.x;
  for (int i = thread; i < kHalo * kHalo; i += kTile * kTile) {
    const int row = first_row + i / kHalo, column = first_column + i % kHalo;
    const bool inside = row >= 0 && row < rows && column >= 0 && column < columns;
    tile[i / kHalo][i % kHalo] = inside ? in[row * columns + column] : 0.0f;
  }
  __syncthreads();
  const int y = threadIdx.y + 1, x = threadIdx.x + 1;
  const int row = first_row + y, column = first_column + x;
  if (row < rows && column < columns) {
    const float neighbours = tile[y - 1][x] + tile[y + 1][x] + tile[y][x - 1] + tile[y][x + 1];
    out[row * columns + column] = tile[y][x] + rate * (neighbours - 4 * tile[y][x]);
  }
}

}  // namespace

cudaError_t heat_step(const float* in, float* out, int rows, int columns, float rate,
                      cudaStream_t stream) {
  const dim3 grid((columns + kTile - 1) / kTile, (rows + kTile - 1) / kTile);
  return cuda_portable::launch(heat_kernel, grid, dim3(kTile, kTile), 0, stream, in, out, rows,
                               columns, rate);
}

}  // namespace textbook
