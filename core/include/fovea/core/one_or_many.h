// SPDX-License-Identifier: Apache-2.0
// Config values that are a fixed number of integers, or one integer that stands for all of them: 3,
// or [3, 5].
#pragma once

#include <fovea/core/config.h>
#include <fovea/core/config_type.h>
#include <fovea/core/json_writer.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// `count` integers, each within the constraint. `text` says in mistakes what is wanted: "integer or
// [height, width]".
std::optional<std::vector<int64_t>> read_one_or_many(const Config& config,
                                                     const Constraint& constraint, size_t count,
                                                     const std::string& text);
ConfigType one_or_many_type(const std::string& text, int count);
// As one integer where all are equal.
void write_one_or_many(JsonWriter& json, std::span<const int64_t> values);

}  // namespace fovea
