// SPDX-License-Identifier: Apache-2.0
// Accesses outside of shared and global memory.
#include "bug.h"
#include "support.h"

#include <cuda_portable/shared_memory.cuh>

namespace planted {

template <bool fixed>
__global__ void writes_past_end(const float* in, float* out) {
  const int i = int(threadIdx.x);
  out[i] = in[i];
  if (i == 255) out[hide(fixed ? 255 : 256)] = 255.0f;  // bug: writes_past_end
}

template <bool fixed>
__global__ void writes_before_begin(const float* in, float* out) {
  const int i = int(threadIdx.x);
  out[i] = in[i];
  if (i == 0) out[hide(fixed ? 0 : -1)] = 0.0f;  // bug: writes_before_begin
}

template <bool fixed>
__global__ void reads_past_end(const float* in, float* out) {
  const int i = int(threadIdx.x);
  float beside = 0;
  if (i < 255 || !fixed) beside = in[i + 1];  // bug: reads_past_end
  out[i] = in[i] + 0.0f * (beside == beside ? beside : 0.0f);
}

template <bool fixed>
__global__ void indexes_shared_past_end(const float* in, float* out) {
  __shared__ float tile[64];
  const int i = int(threadIdx.x), last = hide(fixed ? 63 : 64);
  tile[i] = in[i];
  __syncthreads();
  if (i == 0) tile[last] = 63.0f;  // bug: indexes_shared_past_end
  __syncthreads();
  out[i] = tile[i];
}

template <bool fixed, int N = 64>
__global__ void points_past_shared(const float* in, float* out) {
  __shared__ float tile[N];
  const int i = int(threadIdx.x);
  float* p = tile;
  p[i] = in[i];
  __syncthreads();
  if (i == 0) p[hide(fixed ? N - 1 : N)] = float(N - 1);  // bug: points_past_shared
  __syncthreads();
  out[i] = p[i];
}

template <bool fixed>
__global__ void hidden_past_shared(const float* in, float* out) {
  __shared__ float tile[64];
  const int i = int(threadIdx.x);
  float* p = hide(&tile[0]);
  p[i] = in[i];
  __syncthreads();
  if (i == 0) p[hide(fixed ? 63 : 64)] = 63.0f;  // bug: hidden_past_shared
  __syncthreads();
  out[i] = p[i];
}

template <bool fixed, int N = 64>
__global__ void hidden_before_shared(const float* in, float* out) {
  __shared__ float tile[N];
  const int i = int(threadIdx.x);
  float* p = hide(&tile[0]);
  p[i] = in[i];
  __syncthreads();
  if (i == 0) p[hide(fixed ? 0 : -1)] = 0.0f;  // bug: hidden_before_shared
  __syncthreads();
  out[i] = p[i];
}

template <bool fixed>
__global__ void leaves_its_row(const float* in, float* out) {
  __shared__ float tile[8][8];
  const int i = int(threadIdx.x), column = hide(fixed ? 7 : 9);
  tile[i / 8][i % 8] = in[i];
  __syncthreads();
  if (i == 0) tile[0][column] = fixed ? 7.0f : 9.0f;  // bug: leaves_its_row
  __syncthreads();
  out[i] = tile[i / 8][i % 8];
}

template <bool fixed>
__global__ void leaves_dynamic_memory(const float* in, float* out) {
  float* tile = cuda_portable::dynamic_shared<float>();
  const int i = int(threadIdx.x);
  tile[i] = in[i];
  __syncthreads();
  if (i == 0) tile[hide(fixed ? 63 : 64)] = 63.0f;  // bug: leaves_dynamic_memory
  __syncthreads();
  out[i] = tile[i];
}

Bugs bounds_bugs() {
#define BUG(name, threads, bytes, plain, address)                                                         \
  {                                                                                                       \
#name, __FILE__,                                                                                        \
   [](bool fixed) { return gives(fixed ? name<true> : name<false>, threads, bytes, [](int i) { return i; }); }, \
   "out_of_bounds", #name "<false", plain, address \
  }
  return {
      BUG(writes_past_end, 256, 0, Notices::a_report, Notices::somehow),
      BUG(writes_before_begin, 256, 0, Notices::a_report, Notices::somehow),
      BUG(reads_past_end, 256, 0, Notices::nothing, Notices::somehow),
      BUG(indexes_shared_past_end, 64, 0, Notices::nothing, Notices::somehow),
      BUG(points_past_shared, 64, 0, Notices::nothing, Notices::nothing),
      BUG(hidden_past_shared, 64, 0, Notices::nothing, Notices::nothing),
      BUG(hidden_before_shared, 64, 0, Notices::nothing, Notices::nothing),
      BUG(leaves_its_row, 64, 0, Notices::nothing, Notices::somehow),
      BUG(leaves_dynamic_memory, 64, 256, Notices::nothing, Notices::somehow),
  };
#undef BUG
}

}  // namespace planted
