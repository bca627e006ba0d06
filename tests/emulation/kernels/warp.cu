// SPDX-License-Identifier: Apache-2.0
#include "warp.cuh"

constexpr unsigned all_lanes = 0xffffffffu;

__global__ void shuffles(int* out, int width) {
  const int i = int(threadIdx.x), value = 100 + i;
  out[i] = __shfl_sync(all_lanes, value, 5, width);
  out[32 + i] = __shfl_up_sync(all_lanes, value, 3, width);
  out[64 + i] = __shfl_down_sync(all_lanes, value, 3, width);
  out[96 + i] = __shfl_xor_sync(all_lanes, value, 6, width);
}

__global__ void shuffle_types(double* d, long long* l) {
  const int i = int(threadIdx.x);
  d[i] = __shfl_sync(all_lanes, 0.5 * i, i + 1);
  l[i] = __shfl_sync(all_lanes, (1ll << 40) + i, i + 1);
}

__global__ void votes(const int* in, unsigned* out) {
  const int i = int(threadIdx.x);
  out[i] = __ballot_sync(all_lanes, in[i]);
  out[32 + i] = unsigned(__any_sync(all_lanes, in[i]));
  out[64 + i] = unsigned(__all_sync(all_lanes, in[i]));
}

__global__ void matches(const int* in, unsigned* out) {
  const int i = int(threadIdx.x);
  int same = 0;
  out[i] = __match_any_sync(all_lanes, in[i]);
  out[32 + i] = __match_all_sync(all_lanes, in[i], &same);
  out[64 + i] = unsigned(same);
}

__global__ void reductions(const int* in, int* out) {
  const int value = in[threadIdx.x];
  const int results[] = {__reduce_add_sync(all_lanes, value),
                         __reduce_min_sync(all_lanes, value),
                         __reduce_max_sync(all_lanes, value),
                         int(__reduce_add_sync(all_lanes, unsigned(value))),
                         int(__reduce_min_sync(all_lanes, unsigned(value))),
                         int(__reduce_max_sync(all_lanes, unsigned(value))),
                         int(__reduce_and_sync(all_lanes, unsigned(value))),
                         int(__reduce_or_sync(all_lanes, unsigned(value))),
                         int(__reduce_xor_sync(all_lanes, unsigned(value)))};
  if (threadIdx.x == 31) {
    for (int k = 0; k < 9; ++k) out[k] = results[k];
  }
}

__global__ void sum_of_halves(const int* in, int* out) {
  const int i = int(threadIdx.x);
  const unsigned mask = i < 16 ? 0x0000ffffu : 0xffff0000u;
  int sum = in[i];
  for (int offset = 8; offset > 0; offset /= 2) sum += __shfl_xor_sync(mask, sum, offset);
  out[i] = sum;
}

__global__ void shuffle_from_returned(int* out) {
  if (threadIdx.x >= 16) return;
  out[threadIdx.x] = __shfl_down_sync(all_lanes, int(threadIdx.x), 1);
}

__global__ void integer_atomics(int* values) {
  const int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  auto* unsigned_values = reinterpret_cast<unsigned*>(values);
  atomicAdd(&values[0], i);
  atomicSub(&values[1], i);
  atomicMin(&values[2], -i);
  atomicMax(&values[3], i);
  atomicMin(&unsigned_values[4], 1000u - unsigned(i));
  atomicMax(&unsigned_values[5], unsigned(i));
  atomicAnd(&unsigned_values[6], ~(1u << i % 8));
  atomicOr(&unsigned_values[7], 1u << i % 8);
  atomicXor(&unsigned_values[8], 1u << i % 8);
  atomicInc(&unsigned_values[9], 9);  // counts 0 to 9
  atomicDec(&unsigned_values[10], 9);
}

__global__ void float_atomics(float* f, double* d) {
  atomicAdd(f, 0.25f);
  atomicAdd(d, 0.125);
}

__global__ void compare_and_swap(unsigned long long* sum, unsigned short* small) {
  unsigned long long old = 0, assumed;  // a first guess
  do {
    assumed = old;
    old = atomicCAS(sum, assumed, assumed + 3);
  } while (old != assumed);
  unsigned short old_small = 0, assumed_small;
  do {
    assumed_small = old_small;
    old_small = atomicCAS(small, assumed_small, static_cast<unsigned short>(assumed_small + 1));
  } while (old_small != assumed_small);
}
