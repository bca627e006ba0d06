// SPDX-License-Identifier: Apache-2.0
// What the command line is, as data: the man page, the completions of the shells and docs/cli.md
// are made from it, and it is made from the declarations that the program parses by.
#pragma once

#include <string>
#include <vector>

namespace fovea::app {

struct OptionInfo {
  std::vector<std::string> names;  // "-o", "--output"; of a positional argument: "CONFIG"
  std::string value;               // what it takes: "N", "FILE"; empty for a flag
  std::string help;
  bool required = false, repeats = false;
};

struct CommandInfo {
  std::string name, summary, footer;
  std::vector<OptionInfo> arguments;  // positional
  std::vector<OptionInfo> options;
};

struct ProgramInfo {
  CommandInfo program;  // its own options
  std::vector<CommandInfo> commands;
};

ProgramInfo describe_command_line();

}  // namespace fovea::app
