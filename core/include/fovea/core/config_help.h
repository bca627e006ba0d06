// SPDX-License-Identifier: Apache-2.0
// What a config may hold, as text for a terminal.
#pragma once

#include <fovea/core/config_type.h>

#include <string>

namespace FOVEA_API fovea {

// For `root` and each object below it, once each, a line with its path and what it is; under it a
// line for each field: "name=default", or "name" where there is none, then what it is, its type and
// range. Lines are broken at `width` columns.
std::string config_help(const ConfigType& root, size_t width = 100);

}  // namespace fovea
