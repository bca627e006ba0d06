// SPDX-License-Identifier: Apache-2.0
#include "execution.cuh"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/shared_memory.cuh>

__global__ void write_indices(int* out) {
  const unsigned width = gridDim.x * blockDim.x, height = gridDim.y * blockDim.y;
  const unsigned x = blockIdx.x * blockDim.x + threadIdx.x,
                 y = blockIdx.y * blockDim.y + threadIdx.y;
  const unsigned z = blockIdx.z * blockDim.z + threadIdx.z;
  const unsigned i = (z * height + y) * width + x;
  out[i] = int(i);
}

__global__ void reverse_in_shared(const int* in, int* out) {
  __shared__ int tile[256];
  tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  out[threadIdx.x] = tile[255 - threadIdx.x];
}

__global__ void reverse_in_dynamic(const int* in, int* out, int n) {
  int* tile = cuda_portable::dynamic_shared<int>();
  tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  out[threadIdx.x] = tile[n - 1 - int(threadIdx.x)];
}

template <int N>
__global__ void transpose_tile(const float* in, float* out) {
  __shared__ float tile[N][N + 1];
  tile[threadIdx.y][threadIdx.x] = in[threadIdx.y * N + threadIdx.x];
  __syncthreads();
  out[threadIdx.y * N + threadIdx.x] = tile[threadIdx.x][threadIdx.y];
}
template __global__ void transpose_tile<16>(const float* in, float* out);

__global__ void barrier_votes(const int* in, int* out) {
  const int value = in[threadIdx.x];
  const int any = __syncthreads_or(value), all = __syncthreads_and(value),
            count = __syncthreads_count(value);
  if (threadIdx.x == 0) {
    out[0] = any;
    out[1] = all;
    out[2] = count;
  }
}

__global__ void half_of_the_warps_shuffle(int* entered, int* out) {
  atomicAdd(entered, 1);
  int value = int(threadIdx.x);
  if (threadIdx.x / 32 % 2 == 0) {
    for (int offset = 16; offset > 0; offset /= 2)
      value += __shfl_xor_sync(0xffffffffu, value, offset);
  }
  out[threadIdx.x] = value;
}

__global__ void return_early(int* out, int stay) {
  if (int(threadIdx.x) >= stay) return;
  __syncthreads();
  out[threadIdx.x] = 1;
}

__global__ void copy_asynchronously(const float* in, float* out) {
  __shared__ __align__(16) float tile[128];
  const unsigned i = threadIdx.x;
  cuda_portable::async_copy<16>(&tile[4 * i], &in[4 * i]);
  cuda_portable::async_copy_commit();
  cuda_portable::async_copy_wait<0>();
  __syncthreads();
  for (int k = 0; k < 4; ++k) out[4 * i + k] = tile[127 - (4 * i + k)];
}
