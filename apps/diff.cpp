// SPDX-License-Identifier: Apache-2.0
// fovea diff
#include "commands.h"
#include "console.h"
#include "exit_code.h"

#include <fovea/core/json_writer.h>
#include <fovea/optim/config_diff.h>

#include <filesystem>

namespace fovea::app {

namespace {

std::string as_text(const std::vector<ConfigDifference>& differences,
                    const DiffArguments& arguments) {
  std::string first = std::filesystem::path(arguments.first).stem().string();
  std::string second = std::filesystem::path(arguments.second).stem().string();
  if (first == second) {
    first = arguments.first;
    second = arguments.second;
  }
  std::string text;
  for (const ConfigDifference& difference : differences)
    text += to_sentence(difference, first, second) + "\n";
  return text.empty() ? "nothing sets them apart\n" : text;
}

std::string as_json(const std::vector<ConfigDifference>& differences,
                    const DiffArguments& arguments) {
  JsonWriter json;
  json.begin_object().key("first").value(arguments.first).key("second").value(arguments.second);
  json.key("differences").begin_array();
  for (const ConfigDifference& difference : differences) {
    json.begin_object().key("where").value(difference.where);
    if (!difference.first.empty()) json.key("first").value(difference.first);
    if (!difference.second.empty()) json.key("second").value(difference.second);
    if (!difference.meaning.empty()) json.key("meaning").value(difference.meaning);
    json.end_object();
  }
  return json.end_array().end_object().str() + "\n";
}

}  // namespace

int run(const DiffArguments& arguments) {
  const auto differences =
      config_differences(RunConfig::load(arguments.first, arguments.overrides),
                         RunConfig::load(arguments.second, arguments.overrides));
  print(arguments.json ? as_json(differences, arguments) : as_text(differences, arguments));
  return differences.empty() ? kDone : kFailed;
}

}  // namespace fovea::app
