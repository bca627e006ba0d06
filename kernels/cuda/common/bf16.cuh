// SPDX-License-Identifier: Apache-2.0
// Four bf16 to an access.
#pragma once

#include <fovea/core/dtype.h>

#include <cuda_runtime.h>

namespace fovea::cuda {

__device__ inline uint32_t two_bf16(float low, float high) {
  return BFloat16::from_float(low).bits | uint32_t{BFloat16::from_float(high).bits} << 16;
}

// The i-th four of `to`, which is aligned to 8 bytes.
__device__ inline void store4(BFloat16* to, int64_t i, const float4& v) {
  reinterpret_cast<uint2*>(to)[i] = uint2{two_bf16(v.x, v.y), two_bf16(v.z, v.w)};
}

__device__ inline float4 load4(const BFloat16* from, int64_t i) {
  const uint2 bits = reinterpret_cast<const uint2*>(from)[i];
  return {__uint_as_float(bits.x << 16), __uint_as_float(bits.x & 0xffff0000u),
          __uint_as_float(bits.y << 16), __uint_as_float(bits.y & 0xffff0000u)};
}

inline bool aligned_for_four(const BFloat16* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % sizeof(uint2) == 0;
}

}  // namespace fovea::cuda
