// SPDX-License-Identifier: Apache-2.0
// Element types of tensors.
#pragma once

#include <fovea/core/export.h>
#include <fovea/core/host_device.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace FOVEA_API fovea {

enum class DType : uint8_t { f32, f64, bf16, u8, i32 };

size_t size_of(DType type);            // bytes per element
std::string_view name_of(DType type);  // "f32"

// The upper half of a float32; arithmetic is done in float32.
struct BFloat16 {
  uint16_t bits = 0;

  // Rounds to nearest, ties to even; a NaN stays one.
  FOVEA_HOST_DEVICE static BFloat16 from_float(float value) {
    constexpr uint32_t kQuiet = 0x0040;  // a NaN whose payload is all in the lower half stays one
    const uint32_t all = std::bit_cast<uint32_t>(value);
    const uint32_t rounded = (all + 0x7fff + (all >> 16 & 1)) >> 16;
    return {static_cast<uint16_t>(value != value ? (all >> 16 | kQuiet) : rounded)};
  }
  FOVEA_HOST_DEVICE float to_float() const {
    return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
  }
};

// DType of a C++ element type: dtype_of<float> == DType::f32.
template <class T>
inline constexpr DType dtype_of =
    [] { static_assert(sizeof(T) == 0, "no tensor holds this type"); }();
template <>
inline constexpr DType dtype_of<float> = DType::f32;
template <>
inline constexpr DType dtype_of<double> = DType::f64;
template <>
inline constexpr DType dtype_of<BFloat16> = DType::bf16;
template <>
inline constexpr DType dtype_of<uint8_t> = DType::u8;
template <>
inline constexpr DType dtype_of<int32_t> = DType::i32;

}  // namespace fovea
