// SPDX-License-Identifier: Apache-2.0
#include "whole.cuh"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/matrix.cuh>

namespace {

constexpr int kDepth = 16, kWords = 4;  // values of k in a tile; 32-bit words in a copy

struct Tiles {
  uint32_t a[16][kDepth / 2 + 4];  // padded: 48 bytes a row
  uint32_t b[kDepth][8];           // padded: 32 bytes a row, of which 16 are used
};

__device__ void fetch(Tiles& tiles, const uint32_t* a, const uint32_t* b, int k, int first) {
  const int lane = static_cast<int>(threadIdx.x), row = lane / 2, part = lane % 2 * kWords;
  cuda_portable::async_copy<16>(&tiles.a[row][part], &a[row * k / 2 + first / 2 + part]);
  if (lane < kDepth) cuda_portable::async_copy<16>(&tiles.b[lane][0], &b[(first + lane) * kWords]);
  cuda_portable::async_copy_commit();
}

}  // namespace

__global__ void block_sum_kernel(const uint32_t* in, uint32_t* out, int size) {
  __shared__ uint32_t partial[4];
  const int thread = static_cast<int>(threadIdx.x), threads = static_cast<int>(blockDim.x);
  uint32_t sum = 0;
  for (int i = static_cast<int>(blockIdx.x) * threads + thread; i < size;
       i += static_cast<int>(gridDim.x) * threads)
    sum += in[i];
  for (int distance = 16; distance > 0; distance /= 2)
    sum += __shfl_down_sync(0xffffffffu, sum, static_cast<unsigned>(distance));
  if (thread % 32 == 0) partial[thread / 32] = sum;
  __syncthreads();
  if (thread == 0) atomicAdd(out, partial[0] + partial[1] + partial[2] + partial[3]);
}

__global__ void product_kernel(const uint32_t* in, uint32_t* out, int k) {
  __shared__ __align__(16) Tiles tiles[2];
  const uint32_t *a = in, *b = in + 16 * k / 2;
  const int lane = static_cast<int>(threadIdx.x);
  float d[4] = {};
  fetch(tiles[0], a, b, k, 0);
  for (int first = 0, side = 0; first < k; first += kDepth, side ^= 1) {
    if (first + kDepth < k) {
      fetch(tiles[side ^ 1], a, b, k, first + kDepth);
      cuda_portable::async_copy_wait<1>();
    } else {
      cuda_portable::async_copy_wait<0>();
    }
    __syncthreads();
    uint32_t a_fragment[4], b_fragment[2];
    cuda_portable::load_matrix_x4(a_fragment, &tiles[side].a[lane % 16][lane / 16 * kWords]);
    cuda_portable::load_matrix_x2_transposed(b_fragment, &tiles[side].b[lane % 16][0]);
    cuda_portable::mma_m16n8k16_bf16(d, a_fragment, b_fragment);
    __syncthreads();
  }
  for (int i = 0; i < 4; i++)
    out[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = __float_as_uint(d[i]);
}
