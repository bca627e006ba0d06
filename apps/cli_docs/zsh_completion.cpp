// SPDX-License-Identifier: Apache-2.0
#include "generators.h"

namespace fovea::app {

namespace {

// Text inside '...[here]...'.
std::string zsh_quoted(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string action(const OptionInfo& option) {
  switch (completion_of(option)) {
    case Completion::folder:
      return "_files -/";
    case Completion::file:
      return "_files";
    case Completion::nothing:
      break;
  }
  return "";
}

// '(-o --output)'{-o,--output}'[Folder of the run]:DIR:_files -/'
std::string spec(const OptionInfo& option) {
  std::string all, braces;
  for (const std::string& name : option.names) {
    all += (all.empty() ? "" : " ") + name;
    braces += (braces.empty() ? "" : ",") + name;
  }
  std::string text = "'(" + all + ")'";
  text += option.names.size() > 1 ? "{" + braces + "}" : braces;
  text += "'[" + zsh_quoted(option.help) + "]";
  if (!option.value.empty()) text += ":" + option.value + ":" + action(option);
  return text + "'";
}

std::string argument_spec(const OptionInfo& argument) {
  return std::string("'") + (argument.repeats ? "*" : "") + ":" + argument.names[0] + ":" +
         action(argument) + "'";
}

std::string arguments_call(const CommandInfo& command) {
  std::string text = "_arguments";
  for (const OptionInfo& option : command.options) text += " \\\n        " + spec(option);
  for (const OptionInfo& argument : command.arguments)
    text += " \\\n        " + argument_spec(argument);
  return text;
}

}  // namespace

std::string zsh_completion(const ProgramInfo& info) {
  std::string text =
      "#compdef fovea\n# zsh completion for fovea; made from its declared command line\n\n"
      "_fovea() {\n  local -a commands=(\n";
  for (const CommandInfo& command : info.commands)
    text += "    '" + command.name + ":" + zsh_quoted(command.summary) + "'\n";
  text += "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    " +
          arguments_call(info.program) +
          "\n    return\n  fi\n  local command=$words[2]\n  shift words\n  ((CURRENT--))\n"
          "  case $command in\n";
  for (const CommandInfo& command : info.commands)
    text += "    " + command.name + ")\n      " + arguments_call(command) + " ;;\n";
  return text + "  esac\n}\n\n_fovea \"$@\"\n";
}

}  // namespace fovea::app
