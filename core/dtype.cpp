// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/dtype.h>

#include <bit>

namespace fovea {

size_t size_of(DType type) {
  switch (type) {
    case DType::f32:
      return 4;
    case DType::f64:
      return 8;
    case DType::bf16:
      return 2;
    case DType::u8:
      return 1;
    case DType::i32:
      return 4;
  }
  return 0;
}

std::string_view name_of(DType type) {
  switch (type) {
    case DType::f32:
      return "f32";
    case DType::f64:
      return "f64";
    case DType::bf16:
      return "bf16";
    case DType::u8:
      return "u8";
    case DType::i32:
      return "i32";
  }
  return "?";
}

BFloat16 BFloat16::from_float(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  constexpr uint32_t kQuiet = 0x0040;  // keeps a NaN whose payload is all in the lower half a NaN
  if (value != value) return {static_cast<uint16_t>(bits >> 16 | kQuiet)};
  const uint32_t round_to_even = 0x7FFF + (bits >> 16 & 1);
  return {static_cast<uint16_t>((bits + round_to_even) >> 16)};
}

float BFloat16::to_float() const { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

}  // namespace fovea
