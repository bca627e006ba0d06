// SPDX-License-Identifier: Apache-2.0
#include "type.h"

#include <array>
#include <utility>

namespace ptx {

namespace {

constexpr std::array<std::pair<std::string_view, size_t>, 19> kSizes{{{"b8", 1},
                                                                      {"u8", 1},
                                                                      {"s8", 1},
                                                                      {"b16", 2},
                                                                      {"u16", 2},
                                                                      {"s16", 2},
                                                                      {"f16", 2},
                                                                      {"bf16", 2},
                                                                      {"b32", 4},
                                                                      {"u32", 4},
                                                                      {"s32", 4},
                                                                      {"f32", 4},
                                                                      {"tf32", 4},
                                                                      {"f16x2", 4},
                                                                      {"bf16x2", 4},
                                                                      {"b64", 8},
                                                                      {"u64", 8},
                                                                      {"s64", 8},
                                                                      {"f64", 8}}};

}  // namespace

bool is_type(std::string_view name) {
  for (const auto& [known, size] : kSizes)
    if (known == name) return true;
  return name == "pred";
}

size_t type_size(std::string_view name, int line) {
  for (const auto& [known, size] : kSizes)
    if (known == name) return size;
  throw Error(line, "unknown type ." + std::string(name));
}

}  // namespace ptx
