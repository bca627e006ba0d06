// SPDX-License-Identifier: Apache-2.0
// docs/cli.md.
#include "generators.h"

namespace fovea::app {

namespace {

constexpr const char* kPageHead = R"(# The command line

`fovea COMMAND --help` says the same. This page is made from the declarations that the program itself
parses by, as are the man page and the completions for bash, zsh and fish that `make install` puts in
place.
)";

// Text for a table's cell.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string row(const OptionInfo& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += (names.empty() ? "`" : ", `") + name;
    if (!option.value.empty()) names += " " + option.value;
    names += "`";
  }
  return "| " + cell(names) + " | " + cell(option.help) + " |\n";
}

std::string table(const CommandInfo& command) {
  std::string text = "| | |\n|---|---|\n";
  for (const OptionInfo& argument : command.arguments) text += row(argument);
  for (const OptionInfo& option : command.options) text += row(option);
  return text;
}

std::string usage(const CommandInfo& command) {
  std::string text = "fovea " + command.name;
  for (const OptionInfo& argument : command.arguments) {
    const std::string name = argument.names[0] + (argument.repeats ? " ..." : "");
    text += argument.required ? " " + name : " [" + name + "]";
  }
  return text + " [OPTIONS]";
}

std::string page_section(const CommandInfo& command) {
  std::string text =
      "\n## " + command.name + "\n\n" + command.summary + ".\n\n```\n" + usage(command) + "\n";
  if (!command.footer.empty()) text += "\n" + command.footer + "\n";
  return text + "```\n\n" + table(command);
}

}  // namespace

std::string reference_page(const ProgramInfo& info) {
  std::string text = kPageHead;
  for (const CommandInfo& command : info.commands) text += page_section(command);
  return text + "\n## All commands\n\n```\n" + info.program.footer + "\n```\n\n" +
         table(info.program);
}

}  // namespace fovea::app
