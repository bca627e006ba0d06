// SPDX-License-Identifier: Apache-2.0
// Names of many shards in one, as shells and the webdataset package write them.
#pragma once

#include <string>
#include <vector>

namespace fovea::detail {

// "train-{0000..0146}.tar" or "{a,b}.tar": every name, the last braces running fastest. Numbers
// keep the width that they are written with. A pattern without braces is one name. Throws
// ConfigError for braces that do not match or more than 100,000 names.
std::vector<std::string> expand_braces(const std::string& pattern);

}  // namespace fovea::detail
