// SPDX-License-Identifier: Apache-2.0
// Elementary functions for everything that reaches a weight, in place of the C library's, whose
// bits differ between machines. The same templates serve vector code and devices (math-inl.h).
#pragma once

#include <fovea/core/export.h>
#include <fovea/core/host_device.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace FOVEA_API fovea {

// What math-inl.h asks of an arithmetic: floats, 32-bit integers that wrap, and a condition per
// float. `select(m, a, b)` is a where m, else b; `less` and `equal` are false for NaN.
struct ScalarOps {
  FOVEA_HOST_DEVICE static float set(float v) { return v; }
  FOVEA_HOST_DEVICE static float add(float a, float b) { return a + b; }
  FOVEA_HOST_DEVICE static float sub(float a, float b) { return a - b; }
  FOVEA_HOST_DEVICE static float mul(float a, float b) { return a * b; }
  FOVEA_HOST_DEVICE static float div(float a, float b) { return a / b; }
  FOVEA_HOST_DEVICE static float fma(float a, float b, float c) { return std::fma(a, b, c); }
  FOVEA_HOST_DEVICE static float sqrt(float v) { return std::sqrt(v); }
  FOVEA_HOST_DEVICE static float abs(float v) { return std::fabs(v); }

  FOVEA_HOST_DEVICE static bool less(float a, float b) { return a < b; }
  FOVEA_HOST_DEVICE static bool equal(float a, float b) { return a == b; }
  FOVEA_HOST_DEVICE static bool both(bool a, bool b) { return a && b; }
  FOVEA_HOST_DEVICE static bool all(bool m) { return m; }
  FOVEA_HOST_DEVICE static float select(bool m, float a, float b) { return m ? a : b; }

  FOVEA_HOST_DEVICE static uint32_t set_int(int32_t v) { return static_cast<uint32_t>(v); }
  FOVEA_HOST_DEVICE static uint32_t bits(float v) { return std::bit_cast<uint32_t>(v); }
  FOVEA_HOST_DEVICE static float from_bits(uint32_t v) { return std::bit_cast<float>(v); }
  FOVEA_HOST_DEVICE static float to_float(uint32_t v) {
    return static_cast<float>(static_cast<int32_t>(v));
  }
  FOVEA_HOST_DEVICE static uint32_t add_int(uint32_t a, uint32_t b) { return a + b; }
  FOVEA_HOST_DEVICE static uint32_t sub_int(uint32_t a, uint32_t b) { return a - b; }
  FOVEA_HOST_DEVICE static uint32_t and_int(uint32_t a, uint32_t b) { return a & b; }
  FOVEA_HOST_DEVICE static uint32_t xor_int(uint32_t a, uint32_t b) { return a ^ b; }
  FOVEA_HOST_DEVICE static bool is_zero(uint32_t v) { return v == 0; }
  template <int kBits>
  FOVEA_HOST_DEVICE static uint32_t shift_left(uint32_t v) {
    return v << kBits;
  }
  // Arithmetic: the sign is repeated.
  template <int kBits>
  FOVEA_HOST_DEVICE static uint32_t shift_right(uint32_t v) {
    return static_cast<uint32_t>(static_cast<int32_t>(v) >> kBits);
  }
};

namespace math {

#define FOVEA_MATH FOVEA_HOST_DEVICE inline
#include <fovea/core/math-inl.h>

FOVEA_HOST_DEVICE inline float exp(float x) { return exp<ScalarOps>(x); }
FOVEA_HOST_DEVICE inline float log(float x) { return log<ScalarOps>(x); }
FOVEA_HOST_DEVICE inline float tanh(float x) { return tanh<ScalarOps>(x); }
FOVEA_HOST_DEVICE inline float sigmoid(float x) { return sigmoid<ScalarOps>(x); }
FOVEA_HOST_DEVICE inline float negative_power(float s, float beta) {
  return negative_power<ScalarOps>(s, beta);
}
FOVEA_HOST_DEVICE inline SinCos<float> sin_cos_turns(float u) {
  return sin_cos_turns<ScalarOps>(u);
}

}  // namespace math
}  // namespace fovea
