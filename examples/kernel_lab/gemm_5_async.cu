// SPDX-License-Identifier: Apache-2.0
// While a tile is multiplied, the next one is on its way: asynchronous copies into the other of two
// buffers. What lies outside of the matrices is filled with zeros by the copy itself.
#include "gemm.cuh"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/launch.cuh>

namespace kernel_lab {

namespace {

constexpr int kTile = 64, kDepth = 16, kOwn = 4, kThreads = 256, kPadded = kDepth + 4;

struct Tiles {
  float a[kTile][kPadded];
  float b[kDepth][kTile];
};

// Copies 4 floats, or zeros if they lie outside.
__device__ void copy(float* to, const float* from, bool inside) {
  cuda_portable::async_copy<16>(to, from, inside ? 16 : 0);
}

__device__ void fetch(Tiles& tiles, const float* a, const float* b, Size size, int first_row,
                      int first_column, int first) {
  const int thread = threadIdx.x;
  const int row = thread / 4, l = thread % 4 * 4;
  const bool a_inside = first_row + row < size.m && first + l < size.k;
  copy(&tiles.a[row][l], a_inside ? &a[(first_row + row) * size.k + first + l] : a, a_inside);
  const int depth = thread / 16, column = thread % 16 * 4;
  const bool b_inside = first + depth < size.k && first_column + column < size.n;
  copy(&tiles.b[depth][column], b_inside ? &b[(first + depth) * size.n + first_column + column] : b,
       b_inside);
  cuda_portable::async_copy_commit();
}

__device__ void multiply(const Tiles& tiles, int row, int column, float (&sums)[kOwn][kOwn]) {
  for (int l = 0; l < kDepth; l++) {
    const float4 b = *reinterpret_cast<const float4*>(&tiles.b[l][column]);
    for (int i = 0; i < kOwn; i++) {
      const float a = tiles.a[row + i][l];
      sums[i][0] = fmaf(a, b.x, sums[i][0]);
      sums[i][1] = fmaf(a, b.y, sums[i][1]);
      sums[i][2] = fmaf(a, b.z, sums[i][2]);
      sums[i][3] = fmaf(a, b.w, sums[i][3]);
    }
  }
}

__global__ void __launch_bounds__(kThreads)
    async_kernel(const float* a, const float* b, float* c, Size size) {
  __shared__ __align__(16) Tiles tiles[2];
  const int first_row = blockIdx.y * kTile, first_column = blockIdx.x * kTile;
  const int row = threadIdx.x / 16 * kOwn, column = threadIdx.x % 16 * kOwn;
  float sums[kOwn][kOwn] = {};
  fetch(tiles[0], a, b, size, first_row, first_column, 0);
  for (int first = 0, side = 0; first < size.k; first += kDepth, side ^= 1) {
    if (first + kDepth < size.k) {
      fetch(tiles[side ^ 1], a, b, size, first_row, first_column, first + kDepth);
      cuda_portable::async_copy_wait<1>();
    } else {
      cuda_portable::async_copy_wait<0>();
    }
    __syncthreads();
    multiply(tiles[side], row, column, sums);
    __syncthreads();
  }
  for (int i = 0; i < kOwn; i++)
    for (int j = 0; j < kOwn; j++)
      if (first_row + row + i < size.m && first_column + column + j < size.n)
        c[(first_row + row + i) * size.n + first_column + column + j] = sums[i][j];
}

}  // namespace

cudaError_t gemm_async(const float* a, const float* b, float* c, Size size, cudaStream_t stream) {
  if (size.n % 4 != 0 || size.k % 4 != 0) return cudaErrorInvalidValue;
  const dim3 grid(divide_up(size.n, kTile), divide_up(size.m, kTile));
  return cuda_portable::launch(async_kernel, grid, kThreads, 0, stream, a, b, c, size);
}

}  // namespace kernel_lab
