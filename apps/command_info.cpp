// SPDX-License-Identifier: Apache-2.0
#include "command_info.h"

#include "describe_app.h"

namespace fovea::app {

namespace {

OptionInfo describe(const CLI::Option& option) {
  OptionInfo info;
  if (option.get_positional()) {
    info.names = {option.get_single_name()};
  } else {
    for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
    const bool flag = option.get_items_expected_max() == 0;
    if (!flag) info.value = option.get_type_name();
  }
  info.help = option.get_description();
  info.required = option.get_required();
  info.repeats = option.get_items_expected_max() > 1;
  return info;
}

CommandInfo describe_one(const CLI::App& app) {
  CommandInfo info{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
  for (const CLI::Option* option : app.get_options())
    (option->get_positional() ? info.arguments : info.options).push_back(describe(*option));
  return info;
}

}  // namespace

ProgramInfo describe_app(const CLI::App& app) {
  ProgramInfo info{describe_one(app), {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    info.commands.push_back(describe_one(*command));
  return info;
}

}  // namespace fovea::app
