// SPDX-License-Identifier: Apache-2.0
// A net as a table, and the memory it takes.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/io/safetensors.h>
#include <fovea/core/json_writer.h>
#include <fovea/layers/net.h>

#include <cstdint>
#include <functional>
#include <string>

namespace fovea::app {

std::string summary_as_text(const Net& net, const Context& ctx, int64_t batch);
// `more` writes further members.
std::string summary_as_json(const Net& net, const Context& ctx, int64_t batch,
                            const std::function<void(JsonWriter&)>& more);
// Of a file that holds no graph: its tensors.
std::string tensors_as_text(const SafetensorsFile& file);
std::string tensors_as_json(const SafetensorsFile& file);

}  // namespace fovea::app
