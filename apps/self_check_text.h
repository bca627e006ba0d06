// SPDX-License-Identifier: Apache-2.0
// How the results of kernel checks look.
#pragma once

#include <fovea/core/json_writer.h>
#include <fovea/kernels/self_check.h>

#include <string>
#include <vector>

namespace fovea::app {

// "ok, the specified bits".
std::string verdict(const SelfCheck& check);
// The member "checks".
void write_checks(JsonWriter& json, const std::vector<SelfCheck>& checks);

}  // namespace fovea::app
