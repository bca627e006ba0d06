// SPDX-License-Identifier: Apache-2.0
// The JSON header of a safetensors file, and every rule that it must keep.
#pragma once

#include <fovea/core/io/safetensors.h>

#include <string_view>

namespace fovea::detail {

inline constexpr uint64_t kMaxSafetensorsHeader = 100'000'000;  // the reference's limit

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  // in the order of the data
  SafetensorsMetadata metadata;
};

// Throws DataError whose message starts with `path`. `data_bytes`: what follows the header.
SafetensorsHeader parse_safetensors_header(const std::string& path, std::string_view json,
                                           uint64_t data_bytes);

}  // namespace fovea::detail
