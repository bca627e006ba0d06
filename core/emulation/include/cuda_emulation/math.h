// SPDX-License-Identifier: Apache-2.0
// Mathematics that CUDA has and the C library lacks. The fast intrinsics (__expf ...) are the C
// library's functions: a GPU's are less accurate. Explicitly rounded operations are not contracted,
// given -ffp-contract=off.
#pragma once
#include "cuda_emulation/thread.h"

#include <cfenv>
#include <cmath>
#include <cstdint>

// The C library declares these names itself, so they are defined where it declares them.
#define CUDA_EMULATION_LIBRARY(name, call) \
  inline float name(float x) noexcept { return call; }
CUDA_EMULATION_LIBRARY(__expf, std::exp(x))
CUDA_EMULATION_LIBRARY(__logf, std::log(x))
CUDA_EMULATION_LIBRARY(__log2f, std::log2(x))
CUDA_EMULATION_LIBRARY(__log10f, std::log10(x))
CUDA_EMULATION_LIBRARY(__exp10f, std::pow(10.0f, x))
CUDA_EMULATION_LIBRARY(__sinf, std::sin(x))
CUDA_EMULATION_LIBRARY(__cosf, std::cos(x))
CUDA_EMULATION_LIBRARY(__tanf, std::tan(x))
#undef CUDA_EMULATION_LIBRARY
inline float __powf(float x, float y) noexcept { return std::pow(x, y); }
inline void __sincosf(float x, float* sine, float* cosine) noexcept {
  *sine = std::sin(x);
  *cosine = std::cos(x);
}

inline namespace cuda_emulated {

inline float __fdividef(float x, float y) { return x / y; }
inline float fdividef(float x, float y) { return x / y; }
inline float __saturatef(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }  // NaN becomes 0
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
inline double rsqrt(double x) { return 1.0 / std::sqrt(x); }
inline float rcbrtf(float x) { return 1.0f / std::cbrt(x); }
inline float sinpif(float x) {
  return float(std::sin(3.14159265358979323846 * std::fmod(x, 2.0f)));
}
inline float cospif(float x) {
  return float(std::cos(3.14159265358979323846 * std::fmod(x, 2.0f)));
}
inline float normcdff(float x) {
  return float(0.5 * std::erfc(-double(x) * 0.70710678118654752440));
}

inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fsqrt_rn(float x) { return std::sqrt(x); }
inline float __frsqrt_rn(float x) { return float(1.0 / std::sqrt(double(x))); }
inline float __fmaf_rn(float x, float y, float z) { return std::fma(x, y, z); }
inline double __dadd_rn(double x, double y) { return x + y; }
inline double __dsub_rn(double x, double y) { return x - y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline double __dsqrt_rn(double x) { return std::sqrt(x); }
inline double __fma_rn(double x, double y, double z) { return std::fma(x, y, z); }

// Conversions saturate; NaN becomes 0 for 32-bit results.
namespace cuda_emulation_detail {
template <class Integer>
inline Integer saturate(double rounded) {
  constexpr double low = sizeof(Integer) == 4 ? (Integer(-1) < 0 ? -2147483648.0 : 0.0)
                                              : (Integer(-1) < 0 ? -9223372036854775808.0 : 0.0);
  constexpr double high = sizeof(Integer) == 4
                              ? (Integer(-1) < 0 ? 2147483647.0 : 4294967295.0)
                              : (Integer(-1) < 0 ? 9223372036854775807.0 : 18446744073709551615.0);
  if (rounded != rounded) return sizeof(Integer) == 4 ? Integer(0) : Integer(1ull << 63);
  if (rounded <= low) return Integer(low);
  if (rounded >= high)
    return Integer(Integer(-1) < 0 ? ~(Integer(1) << (8 * sizeof(Integer) - 1)) : Integer(-1));
  return Integer(rounded);
}
}  // namespace cuda_emulation_detail

#define CUDA_EMULATION_TO_INTEGER(from, name, type)                          \
  inline type name##_rn(from x) {                                            \
    return cuda_emulation_detail::saturate<type>(std::nearbyint(double(x))); \
  }                                                                          \
  inline type name##_rz(from x) {                                            \
    return cuda_emulation_detail::saturate<type>(std::trunc(double(x)));     \
  }                                                                          \
  inline type name##_ru(from x) {                                            \
    return cuda_emulation_detail::saturate<type>(std::ceil(double(x)));      \
  }                                                                          \
  inline type name##_rd(from x) {                                            \
    return cuda_emulation_detail::saturate<type>(std::floor(double(x)));     \
  }
CUDA_EMULATION_TO_INTEGER(float, __float2int, int)
CUDA_EMULATION_TO_INTEGER(float, __float2uint, unsigned)
CUDA_EMULATION_TO_INTEGER(float, __float2ll, long long)
CUDA_EMULATION_TO_INTEGER(float, __float2ull, unsigned long long)
CUDA_EMULATION_TO_INTEGER(double, __double2int, int)
CUDA_EMULATION_TO_INTEGER(double, __double2uint, unsigned)
CUDA_EMULATION_TO_INTEGER(double, __double2ll, long long)
CUDA_EMULATION_TO_INTEGER(double, __double2ull, unsigned long long)
#undef CUDA_EMULATION_TO_INTEGER
inline float __int2float_rn(int x) { return float(x); }
inline float __uint2float_rn(unsigned x) { return float(x); }
inline float __ll2float_rn(long long x) { return float(x); }
inline float __ull2float_rn(unsigned long long x) { return float(x); }
inline double __int2double_rn(int x) { return double(x); }
inline float __double2float_rn(double x) { return float(x); }

#define CUDA_EMULATION_MIN_MAX(type)                           \
  constexpr type min(type x, type y) { return y < x ? y : x; } \
  constexpr type max(type x, type y) { return x < y ? y : x; }
CUDA_EMULATION_MIN_MAX(int)
CUDA_EMULATION_MIN_MAX(unsigned)
CUDA_EMULATION_MIN_MAX(long)
CUDA_EMULATION_MIN_MAX(unsigned long)
CUDA_EMULATION_MIN_MAX(long long)
CUDA_EMULATION_MIN_MAX(unsigned long long)
#undef CUDA_EMULATION_MIN_MAX
// A signed and an unsigned argument compare as unsigned.
constexpr unsigned min(int x, unsigned y) { return min(unsigned(x), y); }
constexpr unsigned min(unsigned x, int y) { return min(x, unsigned(y)); }
constexpr unsigned max(int x, unsigned y) { return max(unsigned(x), y); }
constexpr unsigned max(unsigned x, int y) { return max(x, unsigned(y)); }
// Of a number and a NaN, the number.
inline float min(float x, float y) { return std::fmin(x, y); }
inline float max(float x, float y) { return std::fmax(x, y); }
inline double min(double x, double y) { return std::fmin(x, y); }
inline double max(double x, double y) { return std::fmax(x, y); }
inline double min(float x, double y) { return std::fmin(double(x), y); }
inline double min(double x, float y) { return std::fmin(x, double(y)); }
inline double max(float x, double y) { return std::fmax(double(x), y); }
inline double max(double x, float y) { return std::fmax(x, double(y)); }

}  // namespace cuda_emulated
