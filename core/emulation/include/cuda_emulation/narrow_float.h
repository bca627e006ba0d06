// SPDX-License-Identifier: Apache-2.0
// Conversions between fp32, fp64 and the 16-bit formats: to nearest even, subnormals kept, NaN
// results canonical (0x7fff).
#pragma once
#include "cuda_emulation/thread.h"

#include <cmath>
#include <cstdint>

namespace cuda_emulation {

// A 16-bit format: 1 sign bit, exponent bits, `significand` stored bits.
template <int significand>
struct NarrowFormat {
  static constexpr int exponent_bits = 15 - significand;
  static constexpr int bias = (1 << (exponent_bits - 1)) - 1;

  static double to_double(uint16_t bits) {
    const int exponent = bits >> significand & ((1 << exponent_bits) - 1);
    const int fraction = bits & ((1 << significand) - 1);
    const double sign = bits & 0x8000 ? -1.0 : 1.0;
    if (exponent == (1 << exponent_bits) - 1)
      return fraction ? double(NAN) : sign * double(INFINITY);
    if (exponent == 0) return sign * std::ldexp(double(fraction), 1 - bias - significand);
    return sign * std::ldexp(double(fraction | 1 << significand), exponent - bias - significand);
  }

  // Rounds once. A finite value beyond the largest becomes infinite, as IEEE rounding to nearest
  // does.
  static uint16_t from_double(double value) {
    const auto bits = bit_cast<uint64_t>(value);
    const auto sign = uint16_t(bits >> 48 & 0x8000);
    const uint64_t magnitude = bits & ~(uint64_t(1) << 63), infinity = uint64_t(0x7ff) << 52;
    if (magnitude > infinity) return 0x7fff;
    const int exponent = int(magnitude >> 52) - 1023;
    if (exponent > bias) return uint16_t(sign | ((1 << exponent_bits) - 1) << significand);
    if (exponent < -bias - significand) return sign;
    uint64_t fraction = (magnitude & ((uint64_t(1) << 52) - 1)) | uint64_t(1) << 52;
    int shift = 52 - significand;
    uint64_t result = 0;
    if (exponent >= 1 - bias) {
      result = uint64_t(exponent + bias - 1)
               << significand;  // the significand's leading bit adds one
    } else {
      shift += 1 - bias - exponent;
    }
    const uint64_t half = uint64_t(1) << (shift - 1), rest = fraction & ((half << 1) - 1);
    fraction >>= shift;
    result += fraction + (rest > half || (rest == half && (fraction & 1)));
    return uint16_t(sign | result);
  }
};
using HalfFormat = NarrowFormat<10>;
using BfloatFormat = NarrowFormat<7>;

inline uint16_t half_from_float(float value) {
  const auto bits = bit_cast<uint32_t>(value);
  const uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return 0x7fff;
  if (magnitude >= 0x477ff000u) return uint16_t(sign | 0x7c00u);
  if (magnitude <
      0x38800000u) {  // a subnormal result: adding 0.5 puts its last bit in the place of half's
    const float rounded = bit_cast<float>(magnitude) + 0.5f;
    return uint16_t(sign | (bit_cast<uint32_t>(rounded) - 0x3f000000u));
  }
  return uint16_t(sign | (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1u)) >> 13);
}

inline float half_to_float(uint16_t bits) {
  const uint32_t sign = uint32_t(bits & 0x8000u) << 16, exponent = bits >> 10 & 31u,
                 fraction = bits & 1023u;
  if (exponent == 31) return bit_cast<float>(fraction ? 0x7fffffffu : sign | 0x7f800000u);
  if (exponent == 0) return bit_cast<float>(sign | bit_cast<uint32_t>(float(fraction) * 0x1p-24f));
  return bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

inline uint16_t bfloat_from_float(float value) {
  const auto bits = bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fff;
  return uint16_t((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

inline float bfloat_to_float(uint16_t bits) { return bit_cast<float>(uint32_t(bits) << 16); }

// x * y + z with the discarded part in the last bit, so that a later rounding to fewer bits rounds
// the exact value. The product of two 16-bit formats is exact in fp64.
inline double multiply_add_to_odd(double x, double y, double z) {
  const double product = x * y, sum = product + z;
  if (!std::isfinite(sum)) return sum;
  const double part = sum - product, error = (product - (sum - part)) + (z - part);
  auto bits = bit_cast<uint64_t>(sum);
  if (error == 0 || (bits & 1)) return sum;
  const bool away = (error > 0) == (sum > 0);
  bits = away ? bits + 1 : bits - 1;
  return bit_cast<double>(bits);
}

}  // namespace cuda_emulation
