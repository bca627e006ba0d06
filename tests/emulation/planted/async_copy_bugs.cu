// SPDX-License-Identifier: Apache-2.0
// Asynchronous copies that are used too early, overwritten, or go astray.
#include "bug.h"
#include "support.h"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/matrix.cuh>
#include <cuda_portable/shared_memory.cuh>

namespace planted {

using cuda_portable::async_copy;
using cuda_portable::async_copy_commit;
using cuda_portable::async_copy_wait;

template <bool fixed>
__global__ void does_not_wait(const float* in, float* out) {
  __shared__ __align__(16) float tile[32];
  const int i = int(threadIdx.x);
  async_copy<4>(&tile[i], &in[i]);  // other: does_not_wait
  async_copy_commit();
  if (fixed) async_copy_wait<0>();
  __syncthreads();
  out[i] = tile[31 - i];  // bug: does_not_wait
}

// Double buffering that lets one group too many stay open.
template <bool fixed>
__global__ void waits_for_too_few(const float* in, float* out) {
  __shared__ __align__(16) float tile[2][32];
  const int i = int(threadIdx.x);
  async_copy<4>(&tile[0][i], &in[i]);
  async_copy_commit();
  float sum = 0;
  for (int k = 0; k < 3; ++k) {
    if (k < 2) {
      async_copy<4>(&tile[(k + 1) % 2][i], &in[i]);  // other: waits_for_too_few
      async_copy_commit();
    }
    if (k < 2 || !fixed) {
      async_copy_wait<1>();
    } else {
      async_copy_wait<0>();
    }
    __syncthreads();
    sum += tile[k % 2][31 - i];  // bug: waits_for_too_few
    __syncthreads();
  }
  out[i] = sum;
}

template <bool fixed>
__global__ void waits_without_barrier(const float* in, float* out) {
  __shared__ __align__(16) float tile[64];
  const int i = int(threadIdx.x);
  async_copy<4>(&tile[i], &in[i]);  // other: waits_without_barrier
  async_copy_commit();
  async_copy_wait<0>();
  if (fixed) __syncthreads();
  out[i] = tile[63 - i];  // bug: waits_without_barrier
}

template <bool fixed>
__global__ void copies_over_readers(const float* in, float* out) {
  __shared__ __align__(16) float tile[64];
  const int i = int(threadIdx.x);
  tile[i] = in[i];
  __syncthreads();
  const float first = tile[63 - i];  // other: copies_over_readers
  if (fixed) __syncthreads();
  async_copy<4>(&tile[i], &in[i]);  // bug: copies_over_readers
  async_copy_commit();
  async_copy_wait<0>();
  out[i] = first;
}

template <bool fixed>
__global__ void copies_outside(const float* in, float* out) {
  float* tile = cuda_portable::dynamic_shared<float>();
  const int i = int(threadIdx.x);
  async_copy<4>(&tile[fixed ? i : i + 1], &in[i]);  // bug: copies_outside
  async_copy_commit();
  async_copy_wait<0>();
  out[i] = in[i];
}

template <bool fixed>
__global__ void copies_to_misaligned(const float* in, float* out) {
  __shared__ __align__(16) float tile[132];
  const int i = int(threadIdx.x);
  async_copy<16>(&tile[4 * i + (fixed ? 0 : 2)], &in[0]);  // bug: copies_to_misaligned
  async_copy_commit();
  async_copy_wait<0>();
  __syncthreads();
  out[i] = in[i];
}

template <bool fixed>
__global__ void loads_misaligned_row(const float* in, float* out) {
  __shared__ __align__(16) unsigned short rows[8 * 8 + 8];
  const int i = int(threadIdx.x);
  for (int k = i; k < 72; k += 32) rows[k] = static_cast<unsigned short>(k);
  __syncthreads();
  uint32_t pair[1];
  cuda_portable::load_matrix_x1(pair,
                                &rows[8 * (i % 8) + (fixed ? 0 : 4)]);  // bug: loads_misaligned_row
  out[i] = in[i] + 0.0f * float(pair[0]);
}

Bugs async_copy_bugs() {
#define BUG(name, kind, threads, bytes, expected, plain, address)                                                                      \
  {                                                                                                                                    \
#name, __FILE__, [](bool fixed) { return gives(fixed ? name<true> : name<false>, threads, bytes, [](int i) { return expected; }); }, \
   kind, #name "<false", plain, address \
  }
  return {
      BUG(does_not_wait, "async_copy", 32, 0, 31 - i, Notices::somehow, Notices::somehow),
      BUG(waits_for_too_few, "async_copy", 32, 0, 3 * (31 - i), Notices::nothing, Notices::nothing),
      BUG(waits_without_barrier, "race", 64, 0, 63 - i, Notices::somehow, Notices::somehow),
      BUG(copies_over_readers, "race", 64, 0, 63 - i, Notices::nothing, Notices::nothing),
      BUG(copies_outside, "async_copy", 32, 128, i, Notices::a_report, Notices::nothing),
      BUG(copies_to_misaligned, "misaligned", 32, 0, i, Notices::a_report, Notices::a_report),
      BUG(loads_misaligned_row, "misaligned", 32, 0, i, Notices::a_report, Notices::a_report),
  };
#undef BUG
}

}  // namespace planted
