// SPDX-License-Identifier: Apache-2.0
// Element types of the safetensors format.
#pragma once

#include <fovea/core/dtype.h>

#include <optional>
#include <string_view>

namespace fovea::detail {

struct SafetensorsType {
  std::string_view name;
  int bits;                    // per element
  std::optional<DType> dtype;  // the Tensor type of the same elements
};

// In the order of the format: files hold the last ones first. Types below a byte are listed and
// measured, never read.
inline constexpr SafetensorsType kSafetensorsTypes[] = {
    {"BOOL", 8, {}},         {"F4", 4, {}},           {"F6_E2M3", 6, {}},
    {"F6_E3M2", 6, {}},      {"U8", 8, DType::u8},    {"I8", 8, {}},
    {"F8_E5M2", 8, {}},      {"F8_E4M3", 8, {}},      {"F8_E8M0", 8, {}},
    {"F8_E4M3FNUZ", 8, {}},  {"F8_E5M2FNUZ", 8, {}},  {"I16", 16, {}},
    {"U16", 16, {}},         {"F16", 16, {}},         {"BF16", 16, DType::bf16},
    {"I32", 32, DType::i32}, {"U32", 32, {}},         {"F32", 32, DType::f32},
    {"C64", 64, {}},         {"F64", 64, DType::f64}, {"I64", 64, {}},
    {"U64", 64, {}},
};

constexpr const SafetensorsType* safetensors_type(std::string_view name) {
  for (const SafetensorsType& type : kSafetensorsTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

constexpr const SafetensorsType* safetensors_type(DType dtype) {
  for (const SafetensorsType& type : kSafetensorsTypes) {
    if (type.dtype == dtype) return &type;
  }
  return nullptr;
}

}  // namespace fovea::detail
