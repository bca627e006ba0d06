// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cursor.h"

#include <cstddef>
#include <string>

namespace ptx {

struct Variable {
  std::string name;
  size_t align = 1;
  size_t bytes = 0;
};

// Reads "[.align n] .type name [ "[" count "]" ]", as parameters and shared variables are declared.
Variable read_variable(Cursor& cursor);

inline size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

}  // namespace ptx
