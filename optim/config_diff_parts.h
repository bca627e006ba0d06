// SPDX-License-Identifier: Apache-2.0
// The parts of config_differences(). Values are from resolved configs.
#pragma once

#include <fovea/core/config.h>
#include <fovea/core/config_type.h>
#include <fovea/optim/config_diff.h>

#include <functional>

namespace fovea {

using ConfigDifferences = std::vector<ConfigDifference>;

// Which of two lists' elements belong together, in order: a longest common subsequence by weight.
// `weight(i, j)`: 0 when they do not.
std::vector<std::pair<size_t, size_t>> align(size_t first, size_t second,
                                             const std::function<int(size_t, size_t)>& weight);

// Of two values at the same path; either may not exist. `type`: the declaration, null where
// unknown.
void compare(const std::string& where, const Config& first, const Config& second,
             const ConfigType* type, const std::string& meaning, ConfigDifferences& differences);

// Of two objects' members but those in `skipped`.
void compare_members(const std::string& where, const Config& first, const Config& second,
                     const ConfigType* type, const std::vector<std::string>& skipped,
                     ConfigDifferences& differences);

// Of two "model" objects, but for their input.
void compare_layers(const Config& first, const Config& second, const ConfigType& layer_type,
                    ConfigDifferences& differences);

// The declaration of what `value` is, of those that `type` allows; null when it is not told.
const ConfigType* alternative_of(const ConfigType& type, const Config& value);

}  // namespace fovea
