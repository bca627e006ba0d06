// SPDX-License-Identifier: Apache-2.0
// fovea(1), in the language of man(7).
#include "generators.h"

namespace fovea::app {

namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    const bool line_start = i == 0 || text[i - 1] == '\n';
    if (line_start && (text[i] == '.' || text[i] == '\'')) out += "\\&";
    if (text[i] == '\\') {
      out += "\\e";
    } else if (text[i] == '-') {
      out += "\\-";
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + escaped(text) + "\\fR"; }

// "-o, --output DIR"
std::string heading(const OptionInfo& option, bool positional) {
  std::string text;
  for (const std::string& name : option.names)
    text += (text.empty() ? "" : ", ") + (positional ? italic(name) : bold(name));
  return option.value.empty() ? text : text + " " + italic(option.value);
}

std::string entries(const std::vector<OptionInfo>& options, bool positional) {
  std::string text;
  for (const OptionInfo& option : options)
    text += ".TP\n" + heading(option, positional) + "\n" + escaped(option.help) + ".\n";
  return text;
}

std::string as_is(const std::string& text) {
  return text.empty() ? "" : ".PP\n.nf\n" + escaped(text) + "\n.fi\n";
}

std::string synopsis(const CommandInfo& command) {
  std::string text = "fovea " + bold(command.name);
  for (const OptionInfo& argument : command.arguments) {
    const std::string name = italic(argument.names[0]) + (argument.repeats ? " ..." : "");
    text += argument.required ? " " + name : " [" + name + "]";
  }
  return text + " [" + italic("OPTIONS") + "]";
}

std::string man_section(const CommandInfo& command) {
  return ".SS " + synopsis(command) + "\n" + escaped(command.summary) + ".\n" +
         entries(command.arguments, true) + entries(command.options, false) + as_is(command.footer);
}

}  // namespace

std::string man_page(const ProgramInfo& info, const std::string& version) {
  std::string text = ".TH FOVEA 1 \"\" \"fovea " + version +
                     "\" \"User Commands\"\n.SH NAME\nfovea \\- " +
                     "trains and runs convolutional networks\n.SH SYNOPSIS\n";
  for (const CommandInfo& command : info.commands) text += synopsis(command) + "\n.br\n";
  text += ".SH OPTIONS\n" + entries(info.program.options, false) + ".SH COMMANDS\n";
  for (const CommandInfo& command : info.commands) text += man_section(command);
  return text + ".SH NOTES\n" + as_is(info.program.footer);
}

}  // namespace fovea::app
