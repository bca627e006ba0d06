// SPDX-License-Identifier: Apache-2.0
#include "counted.cuh"

__global__ void coalesced(const float* in, float* out) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = in[i];
}

__global__ void strided(const float* in, float* out) { out[8 * threadIdx.x] = in[8 * threadIdx.x]; }

__global__ void vectorised(const float4* in, float4* out) { out[threadIdx.x] = in[threadIdx.x]; }

__global__ void conflict_free(const float* in, float* out) {
  __shared__ float tile[32];
  const unsigned i = threadIdx.x;
  tile[i] = in[i];
  __syncthreads();
  out[32 * blockIdx.x + i] = tile[31 - i];
}

__global__ void two_way(const float* in, float* out) {
  __shared__ float tile[64];
  const unsigned i = threadIdx.x;
  tile[2 * i] = in[i];
  __syncthreads();
  out[i] = tile[2 * (31 - i)];
}

__global__ void thirty_two_way(const float* in, float* out) {
  __shared__ float tile[32][32];
  const unsigned i = threadIdx.x;
  tile[i][0] = in[i];
  __syncthreads();
  out[i] = tile[31 - i][0];
}

__global__ void padded(const float* in, float* out) {
  __shared__ float tile[32][33];
  const unsigned i = threadIdx.x;
  tile[i][0] = in[i];
  __syncthreads();
  out[i] = tile[31 - i][0];
}

__global__ void every_other_lane(const float* in, float* out) {
  const unsigned i = threadIdx.x;
  if (i % 2 == 0) {
    atomicAdd(&out[i], in[i]);
  } else {
    out[i] = 1.0f;
  }
}

__global__ void uneven_loop(const float* in, float* out) {
  const unsigned i = threadIdx.x;
  for (unsigned k = 0; k <= i; ++k) atomicAdd(&out[i], in[k]);
}
