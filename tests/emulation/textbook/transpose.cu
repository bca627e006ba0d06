// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

constexpr int kTile = 32, kRows = 8;

__global__ void transpose_kernel(const float* in, float* out, int rows, int columns) {
  __shared__ float tile[kTile][kTile + 1];  // a column's elements lie in different banks
  const int x = blockIdx.x * kTile + threadIdx.x, y = blockIdx.y * kTile + threadIdx.y;
  for (int j = 0; j < kTile; j += kRows)
    if (x < columns && y + j < rows) tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * columns + x];
  __syncthreads();
  const int to_x = blockIdx.y * kTile + threadIdx.x, to_y = blockIdx.x * kTile + threadIdx.y;
  for (int j = 0; j < kTile; j += kRows)
    if (to_x < rows && to_y + j < columns)
      out[(to_y + j) * rows + to_x] = tile[threadIdx.x][threadIdx.y + j];
}

}  // namespace

cudaError_t transpose(const float* in, float* out, int rows, int columns, cudaStream_t stream) {
  const dim3 grid((columns + kTile - 1) / kTile, (rows + kTile - 1) / kTile);
  return cuda_portable::launch(transpose_kernel, grid, dim3(kTile, kRows), 0, stream, in, out, rows,
                               columns);
}

}  // namespace textbook
