// SPDX-License-Identifier: Apache-2.0
// Elementary functions for everything that reaches a weight, in place of the C library's, whose
// bits differ between machines. The same templates serve vector code and devices (math-inl.h).
#pragma once

#include <fovea/core/export.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace FOVEA_API fovea {

// What math-inl.h asks of an arithmetic: floats, 32-bit integers that wrap, and a condition per
// float. `select(m, a, b)` is a where m, else b; `less` and `equal` are false for NaN.
struct ScalarOps {
  static float set(float v) { return v; }
  static float add(float a, float b) { return a + b; }
  static float sub(float a, float b) { return a - b; }
  static float mul(float a, float b) { return a * b; }
  static float div(float a, float b) { return a / b; }
  static float fma(float a, float b, float c) { return std::fma(a, b, c); }
  static float sqrt(float v) { return std::sqrt(v); }
  static float abs(float v) { return std::fabs(v); }

  static bool less(float a, float b) { return a < b; }
  static bool equal(float a, float b) { return a == b; }
  static bool both(bool a, bool b) { return a && b; }
  static bool all(bool m) { return m; }
  static float select(bool m, float a, float b) { return m ? a : b; }

  static uint32_t set_int(int32_t v) { return static_cast<uint32_t>(v); }
  static uint32_t bits(float v) { return std::bit_cast<uint32_t>(v); }
  static float from_bits(uint32_t v) { return std::bit_cast<float>(v); }
  static float to_float(uint32_t v) { return static_cast<float>(static_cast<int32_t>(v)); }
  static uint32_t add_int(uint32_t a, uint32_t b) { return a + b; }
  static uint32_t sub_int(uint32_t a, uint32_t b) { return a - b; }
  static uint32_t and_int(uint32_t a, uint32_t b) { return a & b; }
  static uint32_t xor_int(uint32_t a, uint32_t b) { return a ^ b; }
  static bool is_zero(uint32_t v) { return v == 0; }
  template <int kBits>
  static uint32_t shift_left(uint32_t v) {
    return v << kBits;
  }
  // Arithmetic: the sign is repeated.
  template <int kBits>
  static uint32_t shift_right(uint32_t v) {
    return static_cast<uint32_t>(static_cast<int32_t>(v) >> kBits);
  }
};

namespace math {

#include <fovea/core/math-inl.h>

inline float exp(float x) { return exp<ScalarOps>(x); }
inline float log(float x) { return log<ScalarOps>(x); }
inline float tanh(float x) { return tanh<ScalarOps>(x); }
inline float sigmoid(float x) { return sigmoid<ScalarOps>(x); }
inline float negative_power(float s, float beta) { return negative_power<ScalarOps>(s, beta); }
inline SinCos<float> sin_cos_turns(float u) { return sin_cos_turns<ScalarOps>(u); }

}  // namespace math
}  // namespace fovea
