// SPDX-License-Identifier: Apache-2.0
// Names of the classes that labels stand for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

// "0", "1", ..., as many as `count`.
std::vector<std::string> numbered_classes(int64_t count);

// One name per line; blank lines at the end are dropped. Throws DataError for a file that cannot be
// read, is not text in UTF-8, or has an empty or repeated name.
std::vector<std::string> read_class_names(const std::string& path);

}  // namespace fovea
