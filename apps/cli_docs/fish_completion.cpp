// SPDX-License-Identifier: Apache-2.0
#include "generators.h"

namespace fovea::app {

namespace {

std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// " -s o -l output -r -F -d 'Folder of the run'"
std::string option_words(const OptionInfo& option) {
  std::string text;
  for (const std::string& name : option.names) {
    const bool is_long = name.starts_with("--");
    text += (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1);
  }
  if (!option.value.empty())
    text += completion_of(option) == Completion::nothing ? " -x" : " -r -F";
  return text + " -d " + fish_quoted(option.help) + "\n";
}

}  // namespace

std::string fish_completion(const ProgramInfo& info) {
  std::string text =
      "# fish completion for fovea; made from its declared command line\n\n"
      "complete -c fovea -f\n";
  for (const OptionInfo& option : info.program.options)
    text += "complete -c fovea -n __fish_use_subcommand" + option_words(option);
  for (const CommandInfo& command : info.commands) {
    text += "\ncomplete -c fovea -n __fish_use_subcommand -a " + command.name + " -d " +
            fish_quoted(command.summary) + "\n";
    const std::string seen =
        "complete -c fovea -n '__fish_seen_subcommand_from " + command.name + "'";
    if (!command.arguments.empty()) text += seen + " -F\n";
    for (const OptionInfo& option : command.options) text += seen + option_words(option);
  }
  return text;
}

}  // namespace fovea::app
