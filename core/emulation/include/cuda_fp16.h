// SPDX-License-Identifier: Apache-2.0
// Half precision: 5 exponent and 10 significand bits.
#pragma once
#include "cuda_emulation/atomics.h"
#include "cuda_emulation/narrow_operations.h"
#include "vector_functions.h"

inline namespace cuda_emulated {

struct __half_raw {
  unsigned short x;
};

struct __half {
  __half() = default;
  constexpr __half(__half_raw raw) : bits_(raw.x) {}
  __half(float value) : bits_(cuda_emulation::half_from_float(value)) {}
  __half(double value) : bits_(cuda_emulation::HalfFormat::from_double(value)) {}
  __half(int value) : __half(double(value)) {}
  __half(unsigned value) : __half(double(value)) {}
  operator float() const { return cuda_emulation::half_to_float(bits_); }
  operator __half_raw() const { return {bits_}; }

  static constexpr __half from_bits(uint16_t bits) { return __half(__half_raw{bits}); }
  constexpr uint16_t bits() const { return bits_; }

 private:
  uint16_t bits_;
};
using half = __half;

struct alignas(4) __half2 {
  __half x, y;
};
using half2 = __half2;

inline float __half2float(__half a) { return float(a); }
inline __half __float2half(float a) { return __half(a); }
inline __half __float2half_rn(float a) { return __half(a); }
inline __half __double2half(double a) { return __half(a); }
inline unsigned short __half_as_ushort(__half a) { return a.bits(); }
inline __half __ushort_as_half(unsigned short bits) { return __half::from_bits(bits); }
inline short __half_as_short(__half a) { return short(a.bits()); }
inline __half __short_as_half(short bits) { return __half::from_bits(uint16_t(bits)); }
inline int __half2int_rn(__half a) { return __float2int_rn(float(a)); }
inline int __half2int_rz(__half a) { return __float2int_rz(float(a)); }
inline __half __int2half_rn(int a) { return __half(a); }
inline __half __uint2half_rn(unsigned a) { return __half(a); }

CUDA_EMULATION_NARROW_SCALAR(__half, __float2half_rn)
inline __half __hfma(__half a, __half b, __half c) {
  return __half(cuda_emulation::multiply_add_to_odd(float(a), float(b), float(c)));
}
inline int __hisinf(__half a) { return a.bits() == 0x7c00 ? 1 : a.bits() == 0xfc00 ? -1 : 0; }
CUDA_EMULATION_NARROW_ATOMIC(__half)

inline __half2 __floats2half2_rn(float a, float b) { return {__half(a), __half(b)}; }
inline __half2 __float22half2_rn(float2 a) { return {__half(a.x), __half(a.y)}; }
inline __half2 __float2half2_rn(float a) { return {__half(a), __half(a)}; }
inline float2 __half22float2(__half2 a) { return {float(a.x), float(a.y)}; }
inline __half2 __halves2half2(__half a, __half b) { return {a, b}; }
inline __half2 make_half2(__half a, __half b) { return {a, b}; }
inline __half2 __half2half2(__half a) { return {a, a}; }
inline __half __low2half(__half2 a) { return a.x; }
inline __half __high2half(__half2 a) { return a.y; }
CUDA_EMULATION_NARROW_PAIR(__half, __half2, __float2half_rn)

}  // namespace cuda_emulated
