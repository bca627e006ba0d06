// SPDX-License-Identifier: Apache-2.0
// The functions that __half and __nv_bfloat16 have in common, by their toolkit names. A sum,
// product or quotient of two is the fp32 result rounded again, which is exact: fp32 has more than
// twice the significand and two bits.
#pragma once
#include "cuda_emulation/math.h"
#include "cuda_emulation/narrow_float.h"
#include "cuda_emulation/warp.h"

// Type, its pair, conversion functions, bit access.
#define CUDA_EMULATION_NARROW_SCALAR(T, round)                                         \
  inline T operator+(const T& a, const T& b) { return round(float(a) + float(b)); }    \
  inline T operator-(const T& a, const T& b) { return round(float(a) - float(b)); }    \
  inline T operator*(const T& a, const T& b) { return round(float(a) * float(b)); }    \
  inline T operator/(const T& a, const T& b) { return round(float(a) / float(b)); }    \
  inline T operator-(const T& a) { return T::from_bits(uint16_t(a.bits() ^ 0x8000)); } \
  inline T operator+(const T& a) { return a; }                                         \
  inline T& operator+=(T& a, const T& b) { return a = a + b; }                         \
  inline T& operator-=(T& a, const T& b) { return a = a - b; }                         \
  inline T& operator*=(T& a, const T& b) { return a = a * b; }                         \
  inline T& operator/=(T& a, const T& b) { return a = a / b; }                         \
  inline bool operator==(const T& a, const T& b) { return float(a) == float(b); }      \
  inline bool operator!=(const T& a, const T& b) { return float(a) != float(b); }      \
  inline bool operator<(const T& a, const T& b) { return float(a) < float(b); }        \
  inline bool operator<=(const T& a, const T& b) { return float(a) <= float(b); }      \
  inline bool operator>(const T& a, const T& b) { return float(a) > float(b); }        \
  inline bool operator>=(const T& a, const T& b) { return float(a) >= float(b); }      \
  inline T __hadd(T a, T b) { return a + b; }                                          \
  inline T __hsub(T a, T b) { return a - b; }                                          \
  inline T __hmul(T a, T b) { return a * b; }                                          \
  inline T __hdiv(T a, T b) { return a / b; }                                          \
  inline T __hadd_rn(T a, T b) { return a + b; }                                       \
  inline T __hsub_rn(T a, T b) { return a - b; }                                       \
  inline T __hmul_rn(T a, T b) { return a * b; }                                       \
  inline T __hneg(T a) { return -a; }                                                  \
  inline T __habs(T a) { return T::from_bits(uint16_t(a.bits() & 0x7fff)); }           \
  inline bool __heq(T a, T b) { return a == b; }                                       \
  inline bool __hne(T a, T b) { return a != b && !(a != a) && !(b != b); }             \
  inline bool __hlt(T a, T b) { return a < b; }                                        \
  inline bool __hle(T a, T b) { return a <= b; }                                       \
  inline bool __hgt(T a, T b) { return a > b; }                                        \
  inline bool __hge(T a, T b) { return a >= b; }                                       \
  inline bool __hisnan(T a) { return a != a; }                                         \
  inline T __hmax(T a, T b) { return round(std::fmax(float(a), float(b))); }           \
  inline T __hmin(T a, T b) { return round(std::fmin(float(a), float(b))); }           \
  inline T hsqrt(T a) { return round(std::sqrt(float(a))); }                           \
  inline T hrsqrt(T a) { return round(float(1.0 / std::sqrt(double(float(a))))); }     \
  inline T hrcp(T a) { return round(1.0f / float(a)); }                                \
  inline T hexp(T a) { return round(std::exp(float(a))); }                             \
  inline T hlog(T a) { return round(std::log(float(a))); }                             \
  inline T hfloor(T a) { return round(std::floor(float(a))); }                         \
  inline T hceil(T a) { return round(std::ceil(float(a))); }                           \
  inline T hrint(T a) { return round(std::nearbyint(float(a))); }                      \
  inline T htrunc(T a) { return round(std::trunc(float(a))); }

#define CUDA_EMULATION_NARROW_PAIR(T, T2, round)                                                 \
  inline T2 operator+(const T2& a, const T2& b) { return {a.x + b.x, a.y + b.y}; }               \
  inline T2 operator-(const T2& a, const T2& b) { return {a.x - b.x, a.y - b.y}; }               \
  inline T2 operator*(const T2& a, const T2& b) { return {a.x * b.x, a.y * b.y}; }               \
  inline T2 operator/(const T2& a, const T2& b) { return {a.x / b.x, a.y / b.y}; }               \
  inline T2 __hadd2(T2 a, T2 b) { return a + b; }                                                \
  inline T2 __hsub2(T2 a, T2 b) { return a - b; }                                                \
  inline T2 __hmul2(T2 a, T2 b) { return a * b; }                                                \
  inline T2 __hfma2(T2 a, T2 b, T2 c) { return {__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)}; } \
  inline T2 __hneg2(T2 a) { return {-a.x, -a.y}; }                                               \
  inline T2 __habs2(T2 a) { return {__habs(a.x), __habs(a.y)}; }                                 \
  inline T2 __hmax2(T2 a, T2 b) { return {__hmax(a.x, b.x), __hmax(a.y, b.y)}; }                 \
  inline T2 __hmin2(T2 a, T2 b) { return {__hmin(a.x, b.x), __hmin(a.y, b.y)}; }                 \
  inline float __low2float(T2 a) { return float(a.x); }                                          \
  inline float __high2float(T2 a) { return float(a.y); }

// Loads and shuffles of the types themselves.
#define CUDA_EMULATION_NARROW_ATOMIC(T)                                                         \
  inline T atomicAdd(T* address, T value) {                                                     \
    auto* target = reinterpret_cast<uint16_t*>(address);                                        \
    uint16_t old = target[0], assumed;                                                          \
    do {                                                                                        \
      assumed = old;                                                                            \
      old = cuda_emulation::atomic_compare_exchange_16(target, assumed,                         \
                                                       (T::from_bits(assumed) + value).bits()); \
    } while (old != assumed);                                                                   \
    return T::from_bits(old);                                                                   \
  }
