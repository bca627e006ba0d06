// SPDX-License-Identifier: Apache-2.0
// How metrics look on standard output.
#pragma once

#include <fovea/core/json_writer.h>
#include <fovea/optim/metrics.h>

#include <string>

namespace fovea::app {

std::string text_of(const Metrics& metrics);                   // "loss 0.2312  top-1 91.72%  ..."
void write_members(JsonWriter& json, const Metrics& metrics);  // inside an object

}  // namespace fovea::app
