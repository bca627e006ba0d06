// SPDX-License-Identifier: Apache-2.0
#include "speed.cuh"

#include <cuda_portable/matrix.cuh>

__global__ void nothing() {}

__global__ void many_barriers(int rounds) {
  for (int i = 0; i < rounds; ++i) __syncthreads();
}

__global__ void many_shuffles(float* out, int rounds) {
  float value = float(threadIdx.x);
  for (int i = 0; i < rounds; ++i) value += __shfl_xor_sync(0xffffffffu, value, 1 + (i & 15));
  out[threadIdx.x] = value;
}

__global__ void many_products(float* out, int rounds) {
  float d[4] = {};
  const uint32_t one = 0x3f803f80u, a[4] = {one, one, one, one}, b[2] = {one, one};
  for (int i = 0; i < rounds; ++i) cuda_portable::mma_m16n8k16_bf16(d, a, b);
  out[threadIdx.x] = d[0];
}

__global__ void rectify(const float* in, float* out, int count) {
  const int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < count) out[i] = fmaxf(in[i], 0.0f);
}
