// SPDX-License-Identifier: Apache-2.0
// Floating-point formats narrower than double, written from their definition (IEEE 754 layout with
// other field widths) and without bit tricks: the yardstick for conversions that are.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

namespace small_float {

struct Format {
  int exponent_bits;
  int mantissa_bits;  // stored ones

  constexpr int bias() const { return (1 << (exponent_bits - 1)) - 1; }
  constexpr int min_exponent() const { return 1 - bias(); }
  constexpr int max_exponent() const { return bias(); }
  constexpr uint32_t infinity() const { return ((1u << exponent_bits) - 1) << mantissa_bits; }
  constexpr uint32_t sign_bit() const { return 1u << (exponent_bits + mantissa_bits); }
};

inline constexpr Format kHalf{5, 10};
inline constexpr Format kBfloat16{8, 7};
inline constexpr Format kTf32{8,
                              10};  // 19 bits; a register holds them in the upper bits of a float

enum class Rounding { NearestEven, NearestAway, TowardZero, Up, Down };

inline double round_integer(double value, Rounding rounding) {
  switch (rounding) {
    case Rounding::NearestEven: {
      const double floor = std::floor(value);
      const double rest = value - floor;
      const bool up = rest > 0.5 || (rest == 0.5 && std::fmod(floor, 2) != 0);
      return up ? floor + 1 : floor;
    }
    case Rounding::NearestAway:
      return std::copysign(std::floor(std::fabs(value) + 0.5), value);
    case Rounding::TowardZero:
      return std::trunc(value);
    case Rounding::Up:
      return std::ceil(value);
    case Rounding::Down:
      return std::floor(value);
  }
  return value;
}

// The value that `bits` stand for. A NaN's payload is not kept.
inline double decode(Format format, uint32_t bits) {
  const double sign = bits & format.sign_bit() ? -1 : 1;
  const uint32_t mantissa = bits & ((1u << format.mantissa_bits) - 1);
  const uint32_t exponent = (bits & format.infinity()) >> format.mantissa_bits;
  if ((bits & format.infinity()) == format.infinity())
    return mantissa ? std::numeric_limits<double>::quiet_NaN()
                    : sign * std::numeric_limits<double>::infinity();
  if (exponent == 0)
    return sign * std::ldexp(mantissa, format.min_exponent() - format.mantissa_bits);
  const double significand = (1u << format.mantissa_bits) + mantissa;
  return sign * std::ldexp(significand, int(exponent) - format.bias() - format.mantissa_bits);
}

namespace detail {
inline uint32_t overflow(Format format, bool negative, Rounding rounding) {
  const bool to_infinity = rounding == Rounding::NearestEven || rounding == Rounding::NearestAway ||
                           (rounding == Rounding::Up && !negative) ||
                           (rounding == Rounding::Down && negative);
  return to_infinity ? format.infinity() : format.infinity() - 1;
}
}  // namespace detail

// The bits nearest to `value` by `rounding`; `nan` is what a NaN becomes (sign not kept).
inline uint32_t encode(Format format, double value, Rounding rounding, uint32_t nan) {
  if (std::isnan(value)) return nan;
  const bool negative = std::signbit(value);
  const uint32_t sign = negative ? format.sign_bit() : 0;
  if (value == 0) return sign;
  if (std::isinf(value)) return sign | format.infinity();
  int exponent = std::max(std::ilogb(value), format.min_exponent());
  double units = round_integer(std::ldexp(value, format.mantissa_bits - exponent), rounding);
  const double implicit_bit = std::ldexp(1.0, format.mantissa_bits);
  if (std::fabs(units) >= 2 * implicit_bit) {
    units /= 2;
    exponent++;
  }
  if (exponent > format.max_exponent()) return sign | detail::overflow(format, negative, rounding);
  const auto magnitude = static_cast<uint32_t>(std::fabs(units));
  if (magnitude < (1u << format.mantissa_bits)) return sign | magnitude;  // subnormal, or zero
  const auto biased = static_cast<uint32_t>(exponent + format.bias());
  return sign | ((biased << format.mantissa_bits) + (magnitude - (1u << format.mantissa_bits)));
}

}  // namespace small_float
