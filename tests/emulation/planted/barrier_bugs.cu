// SPDX-License-Identifier: Apache-2.0
// Barriers that are missing, or that not all threads reach.
#include "bug.h"
#include "support.h"

#include <cuda_portable/shared_memory.cuh>

namespace planted {

template <bool fixed>
__global__ void reads_later_thread(const float* in, float* out) {
  __shared__ float tile[256];
  const int i = int(threadIdx.x);
  tile[i] = in[i];  // other: reads_later_thread
  if (fixed) __syncthreads();
  out[i] = tile[255 - i];  // bug: reads_later_thread
}

template <bool fixed>
__global__ void reads_earlier_thread(const float* in, float* out) {
  __shared__ float tile[256];
  const int i = int(threadIdx.x);
  tile[i] = in[i];  // other: reads_earlier_thread
  if (fixed) __syncthreads();
  out[i] = i ? tile[i - 1] : 0.0f;  // bug: reads_earlier_thread
}

template <bool fixed>
__global__ void overwrites_before_read(const float* in, float* out) {
  __shared__ float tile[256];
  const int i = int(threadIdx.x);
  float sum = 0;
  for (int k = 0; k < 3; ++k) {
    tile[i] = in[i] + float(k);  // bug: overwrites_before_read
    __syncthreads();
    sum += tile[(i + 1) % 256];  // other: overwrites_before_read
    if (fixed) __syncthreads();
  }
  out[i] = sum;
}

template <bool fixed>
__global__ void reuses_dynamic_memory(const float* in, float* out) {
  float* tile = cuda_portable::dynamic_shared<float>();
  const int i = int(threadIdx.x);
  tile[i] = in[i];
  __syncthreads();
  const float first = tile[(i + 32) % 128];  // other: reuses_dynamic_memory
  if (fixed) __syncthreads();
  tile[i] = first + 1.0f;  // bug: reuses_dynamic_memory
  __syncthreads();
  out[i] = tile[(i + 32) % 128];
}

template <bool fixed>
__global__ void waits_in_two_places(const float* in, float* out) {
  const int i = int(threadIdx.x);
  out[i] = in[i];
  if (fixed) {
    __syncthreads();
  } else if (i < 32) {
    __syncthreads();  // other: waits_in_two_places
  } else {
    __syncthreads();  // bug: waits_in_two_places
  }
}

template <bool fixed>
__global__ void barrier_in_one_branch(const float* in, float* out) {
  __shared__ float tile[64];
  const int i = int(threadIdx.x);
  if (fixed || i < 32) {
    tile[i] = in[i];
    __syncthreads();  // other: barrier_in_one_branch
  } else {
    tile[i] = in[i];
  }
  __syncthreads();  // bug: barrier_in_one_branch
  out[i] = tile[63 - i];
}

template <bool fixed>
__global__ void trip_count_of_warp(const float* in, float* out) {
  const int i = int(threadIdx.x);
  const int trips = fixed ? 2 : i / 32 + 1;
  for (int k = 0; k < trips; ++k) __syncthreads();  // bug: trip_count_of_warp
  out[i] = in[i];
}

template <bool fixed>
__global__ void barrier_meets_shuffle(const float* in, float* out) {
  const int i = int(threadIdx.x);
  if (fixed || i < 8) __syncthreads();              // other: barrier_meets_shuffle
  out[i] = __shfl_xor_sync(0xffffffffu, in[i], 1);  // bug: barrier_meets_shuffle
}

template <bool fixed>
__global__ void counts_against_waits(const float* in, float* out) {
  const int i = int(threadIdx.x);
  int count = 64;
  if (fixed || i < 32) {
    count = __syncthreads_count(1);  // other: counts_against_waits
  } else {
    __syncthreads();  // bug: counts_against_waits
  }
  out[i] = in[i] + float(count);
}

Bugs barrier_bugs() {
#define BUG(name, kind, threads, bytes, expected, plain, address)                                                                      \
  {                                                                                                                                    \
#name, __FILE__, [](bool fixed) { return gives(fixed ? name<true> : name<false>, threads, bytes, [](int i) { return expected; }); }, \
   kind, #name "<false", plain, address \
  }
  return {
      BUG(reads_later_thread, "race", 256, 0, 255 - i, Notices::somehow, Notices::somehow),
      BUG(reads_earlier_thread, "race", 256, 0, i ? i - 1 : 0, Notices::somehow, Notices::somehow),
      BUG(overwrites_before_read, "race", 256, 0, 3 * ((i + 1) % 256) + 3, Notices::somehow,
          Notices::somehow),
      BUG(reuses_dynamic_memory, "race", 128, 512, (i + 64) % 128 + 1, Notices::somehow,
          Notices::somehow),
      BUG(waits_in_two_places, "divergent_barrier", 64, 0, i, Notices::a_report, Notices::a_report),
      BUG(barrier_in_one_branch, "divergent_barrier", 64, 0, 63 - i, Notices::a_report,
          Notices::a_report),
      BUG(trip_count_of_warp, "divergent_barrier", 64, 0, i, Notices::nothing, Notices::nothing),
      BUG(barrier_meets_shuffle, "deadlock", 32, 0, i ^ 1, Notices::a_report, Notices::a_report),
      BUG(counts_against_waits, "divergent_barrier", 64, 0, i + 64, Notices::a_report,
          Notices::a_report),
  };
#undef BUG
}

}  // namespace planted
