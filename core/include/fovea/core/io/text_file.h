// SPDX-License-Identifier: Apache-2.0
// Small text files, of the system and of run folders, read at once. Without std::ifstream: its
// locales are 0.5 MB of a static program.
#pragma once

#include <fovea/core/export.h>

#include <string>
#include <string_view>
#include <vector>

namespace FOVEA_API fovea {

// The content of a file; empty when it is absent, and what could be read when reading it fails.
std::string read_text_file(const std::string& path);

// The lines of `text`, without the `end` of each. A last line that lacks its end is left out: its
// writer was interrupted.
std::vector<std::string_view> whole_lines(std::string_view text, char end = '\n');

}  // namespace fovea
