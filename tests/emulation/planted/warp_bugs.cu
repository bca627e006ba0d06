// SPDX-License-Identifier: Apache-2.0
// Warp collectives that the lanes do not agree about, and lanes that rely on running together.
#include "bug.h"
#include "support.h"

#include <cuda_portable/matrix.cuh>

namespace planted {

template <bool fixed>
__global__ void relies_on_lockstep(const float* in, float* out) {
  __shared__ float tile[32];
  const int i = int(threadIdx.x);
  tile[i] = in[i];  // other: relies_on_lockstep
  if (fixed) __syncwarp();
  out[i] = tile[31 - i];  // bug: relies_on_lockstep
}

// Half warps that only synchronise among themselves.
template <bool fixed>
__global__ void synchronises_half(const float* in, float* out) {
  __shared__ float tile[32];
  const int i = int(threadIdx.x);
  const unsigned half = i < 16 ? 0x0000ffffu : 0xffff0000u;
  tile[i] = in[i];  // other: synchronises_half
  __syncwarp(half);
  out[i] = fixed ? tile[i ^ 15] : tile[31 - i];  // bug: synchronises_half
}

template <bool fixed>
__global__ void shuffles_after_return(const float* in, float* out) {
  const int i = int(threadIdx.x);
  if (!fixed && i >= 24) return;
  out[i] = __shfl_down_sync(0xffffffffu, in[i], 1);  // bug: shuffles_after_return
}

template <bool fixed>
__global__ void shuffles_from_outside(const float* in, float* out) {
  const int i = int(threadIdx.x);
  out[i] = in[i];
  if (i < 16)
    out[i] =
        __shfl_down_sync(0x0000ffffu, in[i], 8, fixed ? 16 : 32);  // bug: shuffles_from_outside
}

template <bool fixed>
__global__ void disagrees_about_mask(const float* in, float* out) {
  const int i = int(threadIdx.x);
  const unsigned mask = fixed || i < 16 ? 0xffffffffu : 0xfffffff0u;
  out[i] = __shfl_xor_sync(mask, in[i], 1);  // bug: disagrees_about_mask
}

template <bool fixed>
__global__ void names_absent_lanes(const float* in, float* out) {  // 48 threads
  const int i = int(threadIdx.x);
  const unsigned mask = fixed && i >= 32 ? 0x0000ffffu : 0xffffffffu;
  out[i] = in[i] + float(__popc(__ballot_sync(mask, i % 2)));  // bug: names_absent_lanes
}

template <bool fixed>
__global__ void leaves_itself_out(const float* in, float* out) {
  const int i = int(threadIdx.x);
  __syncwarp(fixed ? 0xffffffffu : 0xffffffffu << 1);  // bug: leaves_itself_out
  out[i] = in[i];
}

template <bool fixed>
__global__ void multiplies_with_half_a_warp(const float* in, float* out) {
  const int i = int(threadIdx.x);
  float d[4] = {in[i], 0, 0, 0};
  const uint32_t a[4] = {}, b[2] = {};
  if (fixed || i < 16)
    cuda_portable::mma_m16n8k16_bf16(d, a, b);  // bug: multiplies_with_half_a_warp
  out[i] = d[0];
}

template <bool fixed>
__global__ void mixes_collectives(const float* in, float* out) {
  const int i = int(threadIdx.x);
  float value = in[i];
  if (fixed || i < 16) {
    value += float(__any_sync(0xffffffffu, 1));  // other: mixes_collectives
  } else {
    value += __shfl_sync(0xffffffffu, 1.0f, 0);  // bug: mixes_collectives
  }
  out[i] = value;
}

Bugs warp_bugs() {
#define BUG(name, kind, threads, expected, plain, address)                                                                         \
  {                                                                                                                                \
#name, __FILE__, [](bool fixed) { return gives(fixed ? name<true> : name<false>, threads, 0, [](int i) { return expected; }); }, \
   kind, #name "<false", plain, address \
  }
  return {
      BUG(relies_on_lockstep, "race", 32, 31 - i, Notices::somehow, Notices::somehow),
      BUG(synchronises_half, "race", 32, i ^ 15, Notices::somehow, Notices::somehow),
      BUG(shuffles_after_return, "warp_misuse", 32, i == 31 ? 31 : i + 1, Notices::a_report,
          Notices::a_report),
      BUG(shuffles_from_outside, "warp_misuse", 32, i < 8 ? i + 8 : i, Notices::a_report,
          Notices::a_report),
      BUG(disagrees_about_mask, "warp_misuse", 32, i ^ 1, Notices::a_report, Notices::a_report),
      BUG(names_absent_lanes, "warp_misuse", 48, i < 32 ? i + 16 : i + 8, Notices::a_report,
          Notices::a_report),
      BUG(leaves_itself_out, "warp_misuse", 32, i, Notices::a_report, Notices::a_report),
      BUG(multiplies_with_half_a_warp, "warp_misuse", 32, i, Notices::a_report, Notices::a_report),
      BUG(mixes_collectives, "warp_misuse", 32, i + 1, Notices::a_report, Notices::a_report),
  };
#undef BUG
}

}  // namespace planted
