// SPDX-License-Identifier: Apache-2.0
// Scalar types of PTX and the C++ types that compute them.
#pragma once
#include "module.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ptx {

size_t type_size(std::string_view name, int line);  // "u32" -> 4
bool is_type(std::string_view name);

template <class T>
struct TypeTag {
  using type = T;
};

// Calls visit(TypeTag<T>) for an integer type; untyped bits are unsigned.
template <class Visit>
void with_integer(std::string_view name, int line, Visit visit) {
  if (name == "u8" || name == "b8") return visit(TypeTag<uint8_t>{});
  if (name == "u16" || name == "b16") return visit(TypeTag<uint16_t>{});
  if (name == "u32" || name == "b32") return visit(TypeTag<uint32_t>{});
  if (name == "u64" || name == "b64") return visit(TypeTag<uint64_t>{});
  if (name == "s8") return visit(TypeTag<int8_t>{});
  if (name == "s16") return visit(TypeTag<int16_t>{});
  if (name == "s32") return visit(TypeTag<int32_t>{});
  if (name == "s64") return visit(TypeTag<int64_t>{});
  throw Error(line, "type ." + std::string(name) + " where an integer type is expected");
}

template <class Visit>
void with_type(std::string_view name, int line, Visit visit) {
  if (name == "f32") return visit(TypeTag<float>{});
  if (name == "f64") return visit(TypeTag<double>{});
  with_integer(name, line, visit);
}

}  // namespace ptx
