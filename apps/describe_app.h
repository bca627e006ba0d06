// SPDX-License-Identifier: Apache-2.0
// From the parser's own objects to ProgramInfo.
#pragma once

#include "command_info.h"

#include <CLI/CLI.hpp>

namespace fovea::app {

ProgramInfo describe_app(const CLI::App& app);

}  // namespace fovea::app
