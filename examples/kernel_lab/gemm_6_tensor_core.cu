// SPDX-License-Identifier: Apache-2.0
// Tensor cores: a warp multiplies fragments of 16 x 16 and 16 x 8 that ldmatrix takes from shared
// memory. Rows are padded by 16 bytes, so that the eight rows of an 8 x 8 matrix lie in different
// banks. Two buffers take 36864 bytes of dynamic shared memory.
#include "gemm.cuh"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/launch.cuh>
#include <cuda_portable/matrix.cuh>
#include <cuda_portable/shared_memory.cuh>

namespace kernel_lab {

namespace {

constexpr int kTile = 64, kDepth = 64, kThreads = 128, kPad = 8;
constexpr int kCopies = kTile * kDepth / 8 / kThreads;  // 16-byte copies by each thread

struct Tiles {
  __nv_bfloat16 a[kTile][kDepth + kPad];
  __nv_bfloat16 b[kDepth][kTile + kPad];
};

__device__ void copy(__nv_bfloat16* to, const __nv_bfloat16* from, bool inside) {
  cuda_portable::async_copy<16>(to, from, inside ? 16 : 0);
}

__device__ void fetch(Tiles& tiles, const __nv_bfloat16* a, const __nv_bfloat16* b, Size size,
                      int first_row, int first_column, int first) {
  for (int i = 0; i < kCopies; i++) {
    const int row = (threadIdx.x + i * kThreads) / 8, l = threadIdx.x % 8 * 8;
    const bool inside = first_row + row < size.m && first + l < size.k;
    copy(&tiles.a[row][l], inside ? &a[(first_row + row) * size.k + first + l] : a, inside);
  }
  for (int i = 0; i < kCopies; i++) {
    const int l = (threadIdx.x + i * kThreads) / 8, column = threadIdx.x % 8 * 8;
    const bool inside = first + l < size.k && first_column + column < size.n;
    copy(&tiles.b[l][column], inside ? &b[(first + l) * size.n + first_column + column] : b,
         inside);
  }
  cuda_portable::async_copy_commit();
}

// A warp's 32 x 32 sums: 2 x 4 fragments of 16 x 8.
__device__ void multiply(const Tiles& tiles, int row, int column, float (&sums)[2][4][4]) {
  const int lane = threadIdx.x % 32;
  for (int l = 0; l < kDepth; l += 16) {
    uint32_t a[2][4], b[2][4];
    for (int i = 0; i < 2; i++)
      cuda_portable::load_matrix_x4(a[i], &tiles.a[row + 16 * i + lane % 16][l + lane / 16 * 8]);
    for (int j = 0; j < 2; j++)
      cuda_portable::load_matrix_x4_transposed(
          b[j], &tiles.b[l + lane % 16][column + 16 * j + lane / 16 * 8]);
    for (int i = 0; i < 2; i++)
      for (int j = 0; j < 4; j++) {
        const uint32_t factor[2] = {b[j / 2][j % 2 * 2], b[j / 2][j % 2 * 2 + 1]};
        cuda_portable::mma_m16n8k16_bf16(sums[i][j], a[i], factor);
      }
  }
}

__device__ void store(const float (&sums)[2][4][4], float* c, Size size, int first_row,
                      int first_column) {
  const int lane = threadIdx.x % 32;
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 4; j++)
      for (int e = 0; e < 4; e++) {
        const int row = first_row + 16 * i + lane / 4 + e / 2 * 8;
        const int column = first_column + 8 * j + lane % 4 * 2 + e % 2;
        if (row < size.m && column < size.n) c[row * size.n + column] = sums[i][j][e];
      }
}

__global__ void __launch_bounds__(kThreads)
    tensor_core_kernel(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c, Size size) {
  Tiles* tiles = cuda_portable::dynamic_shared<Tiles>();
  const int first_row = blockIdx.y * kTile, first_column = blockIdx.x * kTile;
  const int warp = threadIdx.x / 32, row = warp / 2 * 32, column = warp % 2 * 32;
  float sums[2][4][4] = {};
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
  store(sums, c, size, first_row + row, first_column + column);
}

}  // namespace

cudaError_t gemm_tensor_core(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c, Size size,
                             cudaStream_t stream) {
  if (size.n % 8 != 0 || size.k % 8 != 0) return cudaErrorInvalidValue;
  const dim3 grid(divide_up(size.n, kTile), divide_up(size.m, kTile));
  return cuda_portable::launch(tensor_core_kernel, grid, kThreads, 2 * sizeof(Tiles), stream, a, b,
                               c, size);
}

}  // namespace kernel_lab
