// SPDX-License-Identifier: Apache-2.0
// The nearest bf16, looked for among those around a number.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace fovea::reference {

inline double bf16_value(uint32_t bits) { return std::bit_cast<float>(bits << 16); }

// Bits of the bf16 nearest to `value`, which is not a NaN; of two as near, the even one. Beyond the
// largest one lies infinity, at the next power of two.
inline uint16_t nearest_bf16(float value) {
  const uint32_t below = std::bit_cast<uint32_t>(value) >> 16;  // towards zero
  if (std::isinf(value)) return static_cast<uint16_t>(below);
  const auto magnitude = [](uint32_t bits) {
    const double v = std::abs(bf16_value(bits));
    return std::isinf(v) ? std::ldexp(1.0, 128) : v;
  };
  const double to_below = std::abs(double{value}) - magnitude(below);
  const double to_above = magnitude(below + 1) - std::abs(double{value});
  const bool up = to_above < to_below || (to_above == to_below && below % 2 == 1);
  return static_cast<uint16_t>(up ? below + 1 : below);
}

}  // namespace fovea::reference
