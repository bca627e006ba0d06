// SPDX-License-Identifier: Apache-2.0
// Where tensors live and kernels run.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

struct Device {
  enum class Type : uint8_t { cpu };

  Type type = Type::cpu;
  int index = 0;

  static Device cpu() { return {}; }
  // The fastest device of this machine that this build can use.
  static Device best_available() { return cpu(); }
  // "cpu". Throws ConfigError for anything else, naming what exists.
  static Device parse(std::string_view text);

  std::string to_string() const;
  friend bool operator==(const Device&, const Device&) = default;
};

}  // namespace fovea
