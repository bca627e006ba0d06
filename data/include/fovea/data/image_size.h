// SPDX-License-Identifier: Apache-2.0
// Height and width of pictures.
#pragma once

#include <fovea/core/config_value.h>

#include <cstdint>
#include <optional>
#include <string>

namespace FOVEA_API fovea {

struct ImageSize {
  int64_t height = 1, width = 1;

  std::string to_string() const;  // "28x32", height first
  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

// In configs one number for both, or [height, width].
template <>
struct ConfigValue<ImageSize> {
  static std::optional<ImageSize> read(const Config& config, const Constraint& constraint);
  static ConfigType type();
  static void write(JsonWriter& json, const ImageSize& size);
};

}  // namespace fovea
