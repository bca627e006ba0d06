// SPDX-License-Identifier: Apache-2.0
// Names of the subcommands, and what people type in their place.
#pragma once

#include <string>
#include <string_view>

namespace fovea::app {

std::string command_list();  // "train, eval, ... or doctor"
bool is_command(std::string_view word);
// For a word that is not a command: `unknown command "fit"; did you mean "train"?`
std::string unknown_command(std::string_view word);

}  // namespace fovea::app
