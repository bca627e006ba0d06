// SPDX-License-Identifier: Apache-2.0
// bfloat16: 8 exponent and 7 significand bits.
#pragma once
#include "cuda_emulation/atomics.h"
#include "cuda_emulation/narrow_operations.h"
#include "vector_functions.h"

inline namespace cuda_emulated {

struct __nv_bfloat16_raw {
  unsigned short x;
};

struct __nv_bfloat16 {
  __nv_bfloat16() = default;
  constexpr __nv_bfloat16(__nv_bfloat16_raw raw) : bits_(raw.x) {}
  __nv_bfloat16(float value) : bits_(cuda_emulation::bfloat_from_float(value)) {}
  __nv_bfloat16(double value) : bits_(cuda_emulation::BfloatFormat::from_double(value)) {}
  __nv_bfloat16(int value) : __nv_bfloat16(double(value)) {}
  __nv_bfloat16(unsigned value) : __nv_bfloat16(double(value)) {}
  operator float() const { return cuda_emulation::bfloat_to_float(bits_); }
  operator __nv_bfloat16_raw() const { return {bits_}; }

  static constexpr __nv_bfloat16 from_bits(uint16_t bits) {
    return __nv_bfloat16(__nv_bfloat16_raw{bits});
  }
  constexpr uint16_t bits() const { return bits_; }

 private:
  uint16_t bits_;
};
using nv_bfloat16 = __nv_bfloat16;

struct alignas(4) __nv_bfloat162 {
  __nv_bfloat16 x, y;
};
using nv_bfloat162 = __nv_bfloat162;

inline float __bfloat162float(__nv_bfloat16 a) { return float(a); }
inline __nv_bfloat16 __float2bfloat16(float a) { return __nv_bfloat16(a); }
inline __nv_bfloat16 __float2bfloat16_rn(float a) { return __nv_bfloat16(a); }
inline __nv_bfloat16 __double2bfloat16(double a) { return __nv_bfloat16(a); }
inline unsigned short __bfloat16_as_ushort(__nv_bfloat16 a) { return a.bits(); }
inline __nv_bfloat16 __ushort_as_bfloat16(unsigned short bits) {
  return __nv_bfloat16::from_bits(bits);
}
inline int __bfloat162int_rn(__nv_bfloat16 a) { return __float2int_rn(float(a)); }
inline int __bfloat162int_rz(__nv_bfloat16 a) { return __float2int_rz(float(a)); }
inline __nv_bfloat16 __int2bfloat16_rn(int a) { return __nv_bfloat16(a); }
inline __nv_bfloat16 __uint2bfloat16_rn(unsigned a) { return __nv_bfloat16(a); }

CUDA_EMULATION_NARROW_SCALAR(__nv_bfloat16, __float2bfloat16_rn)
inline __nv_bfloat16 __hfma(__nv_bfloat16 a, __nv_bfloat16 b, __nv_bfloat16 c) {
  return __nv_bfloat16(cuda_emulation::multiply_add_to_odd(float(a), float(b), float(c)));
}
inline bool __hisinf(__nv_bfloat16 a) { return (a.bits() & 0x7fff) == 0x7f80; }
CUDA_EMULATION_NARROW_ATOMIC(__nv_bfloat16)

inline __nv_bfloat162 __floats2bfloat162_rn(float a, float b) {
  return {__nv_bfloat16(a), __nv_bfloat16(b)};
}
inline __nv_bfloat162 __float22bfloat162_rn(float2 a) {
  return {__nv_bfloat16(a.x), __nv_bfloat16(a.y)};
}
inline __nv_bfloat162 __float2bfloat162_rn(float a) { return {__nv_bfloat16(a), __nv_bfloat16(a)}; }
inline float2 __bfloat1622float2(__nv_bfloat162 a) { return {float(a.x), float(a.y)}; }
inline __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 a, __nv_bfloat16 b) { return {a, b}; }
inline __nv_bfloat162 make_bfloat162(__nv_bfloat16 a, __nv_bfloat16 b) { return {a, b}; }
inline __nv_bfloat162 __bfloat162bfloat162(__nv_bfloat16 a) { return {a, a}; }
inline __nv_bfloat16 __low2bfloat16(__nv_bfloat162 a) { return a.x; }
inline __nv_bfloat16 __high2bfloat16(__nv_bfloat162 a) { return a.y; }
CUDA_EMULATION_NARROW_PAIR(__nv_bfloat16, __nv_bfloat162, __float2bfloat16_rn)

}  // namespace cuda_emulated
