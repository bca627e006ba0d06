// SPDX-License-Identifier: Apache-2.0
// From argv to arguments. The only place that knows the parser.
#pragma once

#include "arguments.h"

#include <optional>

namespace fovea::app {

// Nothing when only help or the version was asked for, which is printed then. Throws ConfigError
// for a wrong command line, with what was probably meant.
std::optional<Arguments> parse_command_line(int argc, const char* const* argv);

}  // namespace fovea::app
