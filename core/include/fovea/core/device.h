// SPDX-License-Identifier: Apache-2.0
// Where tensors live and kernels run.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

struct Device {
  enum class Type : uint8_t { cpu, cuda };

  Type type = Type::cpu;
  int index = 0;

  static Device cpu() { return {}; }
  static Device cuda(int index = 0) { return {Type::cuda, index}; }
  bool is_cpu() const { return type == Type::cpu; }

  // The fastest device of this machine that this build can use: a GPU, else the CPU. Never an
  // emulated GPU, which is for tests.
  static Device best_available();
  // "cpu", "cuda" (the first GPU) or "cuda:N". Throws ConfigError for anything else. Whether the
  // device exists shows when it is used.
  static Device parse(std::string_view text);

  std::string to_string() const;
  friend bool operator==(const Device&, const Device&) = default;
};

}  // namespace fovea
