// SPDX-License-Identifier: Apache-2.0
// A thread computes 4 x 4 elements: each value that it reads from shared memory serves four
// products. a's tile is kept transposed, and padded: unpadded, the stores of its columns would all
// fall on the same banks.
#include "gemm.cuh"

#include <cuda_portable/launch.cuh>

namespace kernel_lab {

namespace {

constexpr int kTile = 64, kDepth = 16, kOwn = 4, kThreads = 256, kPadded = kTile + 4;

struct Tiles {
  float a[kDepth][kPadded];  // transposed: a[l][row]
  float b[kDepth][kTile];
};

__device__ void load(Tiles& tiles, const float* a, const float* b, Size size, int first_row,
                     int first_column, int first) {
  for (int i = threadIdx.x; i < kTile * kDepth; i += kThreads) {
    const int row = i / kDepth, l = i % kDepth;
    const bool inside = first_row + row < size.m && first + l < size.k;
    tiles.a[l][row] = inside ? a[(first_row + row) * size.k + first + l] : 0.0f;
  }
  for (int i = threadIdx.x; i < kTile * kDepth; i += kThreads) {
    const int l = i / kTile, column = i % kTile;
    const bool inside = first + l < size.k && first_column + column < size.n;
    tiles.b[l][column] = inside ? b[(first + l) * size.n + first_column + column] : 0.0f;
  }
}

__device__ void multiply(const Tiles& tiles, int row, int column, float (&sums)[kOwn][kOwn]) {
  for (int l = 0; l < kDepth; l++) {
    const float4 a = *reinterpret_cast<const float4*>(&tiles.a[l][row]);
    const float4 b = *reinterpret_cast<const float4*>(&tiles.b[l][column]);
    const float rows[kOwn] = {a.x, a.y, a.z, a.w}, columns[kOwn] = {b.x, b.y, b.z, b.w};
    for (int i = 0; i < kOwn; i++)
      for (int j = 0; j < kOwn; j++) sums[i][j] = fmaf(rows[i], columns[j], sums[i][j]);
  }
}

__global__ void __launch_bounds__(kThreads)
    register_tiled_kernel(const float* a, const float* b, float* c, Size size) {
  __shared__ __align__(16) Tiles tiles;
  const int first_row = blockIdx.y * kTile, first_column = blockIdx.x * kTile;
  const int row = threadIdx.x / 16 * kOwn, column = threadIdx.x % 16 * kOwn;
  float sums[kOwn][kOwn] = {};
  for (int first = 0; first < size.k; first += kDepth) {
    load(tiles, a, b, size, first_row, first_column, first);
    __syncthreads();
    multiply(tiles, row, column, sums);
    __syncthreads();
  }
  for (int i = 0; i < kOwn; i++)
    for (int j = 0; j < kOwn; j++)
      if (first_row + row + i < size.m && first_column + column + j < size.n)
        c[(first_row + row + i) * size.n + first_column + column + j] = sums[i][j];
}

}  // namespace

cudaError_t gemm_register_tiled(const float* a, const float* b, float* c, Size size,
                                cudaStream_t stream) {
  const dim3 grid(divide_up(size.n, kTile), divide_up(size.m, kTile));
  return cuda_portable::launch(register_tiled_kernel, grid, kThreads, 0, stream, a, b, c, size);
}

}  // namespace kernel_lab
