// SPDX-License-Identifier: Apache-2.0
// Texts that are made from the declared command line.
#pragma once

#include "command_info.h"

#include <string>

namespace fovea::app {

std::string man_page(const ProgramInfo& info, const std::string& version);
std::string bash_completion(const ProgramInfo& info);
std::string zsh_completion(const ProgramInfo& info);
std::string fish_completion(const ProgramInfo& info);
std::string reference_page(const ProgramInfo& info);  // docs/cli.md

// What an option's value can be completed to.
enum class Completion { nothing, file, folder };
Completion completion_of(const OptionInfo& option);

}  // namespace fovea::app
