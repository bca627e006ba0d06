// SPDX-License-Identifier: Apache-2.0
// Whole tar archives, in memory.
#pragma once

#include <fovea/core/io/tar.h>

#include <string>
#include <utility>
#include <vector>

namespace fovea::test {

// Names with contents.
using TarFiles = std::vector<std::pair<std::string, std::string>>;

inline std::string archive_of(const TarFiles& files) {
  std::string bytes;
  for (const auto& [name, content] : files)
    bytes += tar_header(name, content.size()) + content + tar_padding(content.size());
  return bytes + tar_end();
}

}  // namespace fovea::test
