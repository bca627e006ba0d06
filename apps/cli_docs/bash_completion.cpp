// SPDX-License-Identifier: Apache-2.0
#include "generators.h"

namespace fovea::app {

namespace {

constexpr const char* kBashHead =
    R"(# bash completion for fovea; made from its declared command line

_fovea() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local options files=
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "@commands@ @program@" -- "$word"))
    return
  fi
  case ${COMP_WORDS[1]} in
)";

constexpr const char* kBashTail = R"(    *) return ;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  elif [[ $files ]]; then
    compopt -o filenames
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}

complete -F _fovea fovea
)";

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::vector<std::string> names_of(const std::vector<OptionInfo>& options) {
  std::vector<std::string> names;
  for (const OptionInfo& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

// What follows an option that takes a value.
std::string value_case(const OptionInfo& option) {
  if (option.value.empty()) return "";
  const std::string pattern = "        " + joined(option.names, "|") + ") ";
  switch (completion_of(option)) {
    case Completion::folder:
      return pattern + "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n";
    case Completion::file:
      return pattern + "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n";
    case Completion::nothing:
      break;
  }
  return pattern + "return ;;\n";
}

std::string command_case(const CommandInfo& command) {
  std::string text = "    " + command.name + ")\n      options=\"" +
                     joined(names_of(command.options), " ") + "\"\n";
  if (!command.arguments.empty()) text += "      files=1\n";
  text += "      case $before in\n";
  for (const OptionInfo& option : command.options) text += value_case(option);
  return text + "      esac ;;\n";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

std::string bash_completion(const ProgramInfo& info) {
  std::vector<std::string> commands;
  for (const CommandInfo& command : info.commands) commands.push_back(command.name);
  std::string text = replaced(kBashHead, "@commands@", joined(commands, " "));
  text = replaced(text, "@program@", joined(names_of(info.program.options), " "));
  for (const CommandInfo& command : info.commands) text += command_case(command);
  return text + kBashTail;
}

}  // namespace fovea::app
