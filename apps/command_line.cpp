// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include "command_declarations.h"
#include "command_names.h"
#include "console.h"
#include "describe_app.h"

#include <fovea/core/config_help.h>
#include <fovea/core/error.h>
#include <fovea/core/system_info.h>
#include <fovea/optim/run_config.h>

#include <memory>

namespace fovea::app {

namespace {

// Names an option's value, and leaves the rest to its description.
class PlainFormatter final : public CLI::Formatter {
 public:
  PlainFormatter() { column_width(28); }

  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return type.empty() || option->get_items_expected_max() == 0 ? "" : " " + type;
  }
};

class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", "fovea " + version(), "Print the version");
    app_.formatter(std::make_shared<PlainFormatter>());
    app_.require_subcommand(0, 1);
    app_.footer(
        "fovea COMMAND --help tells more. Results go to standard output, the log to standard\n"
        "error. Exit codes: 0 done, 1 failed, 2 wrong usage or config, 3 bad data, 4 diverged,\n"
        "130 and 143 stopped by SIGINT and SIGTERM, with a checkpoint. The environment variable\n"
        "FOVEA_SIMD=AVX2 limits the instruction set.");
    commands_.emplace(app_);  // they inherit what was set
  }

  std::optional<Arguments> parse(int argc, const char* const* argv) {
    if (argc > 1 && argv[1][0] != '-' && !is_command(argv[1]))
      throw ConfigError(unknown_command(argv[1]));
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      print(help());
      return std::nullopt;
    } catch (const CLI::CallForVersion&) {
      print("fovea " + version() + "\n");
      return std::nullopt;
    } catch (const CLI::ParseError& error) {
      throw ConfigError(std::string(error.what()) + "\n" + help_command() + " shows what it takes");
    }
    if (app_.get_subcommands().empty())
      throw ConfigError("a command is wanted: " + command_list() + "\n" + help_command() +
                        " tells more");
    return commands_->collect(app_.get_subcommands()[0]->get_name());
  }

  ProgramInfo describe() const { return describe_app(app_); }

 private:
  // Of the command that is asked about; after train's come the keys that assignments may name.
  std::string help() const {
    const auto commands = app_.get_subcommands();
    const bool train = !commands.empty() && commands[0]->get_name() == "train";
    if (!train) return app_.help();
    return app_.help() + "\nThe keys of the config, with their defaults:\n\n" +
           config_help(RunConfig::type());
  }

  std::string help_command() const {
    const auto parsed = app_.get_subcommands();
    return "fovea " + (parsed.empty() ? "" : parsed[0]->get_name() + " ") + "--help";
  }

  CLI::App app_{"Trains and runs convolutional networks.", "fovea"};
  std::optional<CommandDeclarations> commands_;
};

}  // namespace

ProgramInfo describe_command_line() { return CommandLine().describe(); }

std::optional<Arguments> parse_command_line(int argc, const char* const* argv) {
  return CommandLine().parse(argc, argv);
}

}  // namespace fovea::app
