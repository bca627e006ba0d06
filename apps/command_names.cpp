// SPDX-License-Identifier: Apache-2.0
#include "command_names.h"

#include <fovea/core/did_you_mean.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace fovea::app {

namespace {

const std::vector<std::string> kCommands{"train",   "eval",    "predict", "features",
                                         "summary", "prepare", "check",   "diff",
                                         "audit",   "bench",   "doctor",  "reproduce"};
// Have their names and will come.
const std::vector<std::string> kPlanned{"export"};

// What Caffe, darknet, Keras, Lightning and ultralytics call them.
constexpr std::pair<std::string_view, std::string_view> kElsewhere[] = {
    {"fit", "train"},        {"finetune", "train"},
    {"resume", "train"},     {"val", "eval"},
    {"valid", "eval"},       {"validate", "eval"},
    {"test", "eval"},        {"evaluate", "eval"},
    {"infer", "predict"},    {"inference", "predict"},
    {"classify", "predict"}, {"detect", "predict"},
    {"info", "summary"},     {"show", "summary"},
    {"model", "summary"},    {"convert", "export"},
    {"import", "export"},    {"save", "export"},
    {"time", "bench"},       {"benchmark", "bench"},
    {"speed", "bench"},      {"device_query", "doctor"},
    {"checks", "doctor"},    {"env", "doctor"},
    {"preflight", "check"},  {"lint", "check"},
    {"compare", "diff"},     {"verify", "audit"},
    {"replay", "audit"},     {"dataset", "prepare"},
    {"embed", "features"},   {"extract", "features"},
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string meant_by(std::string_view word) {
  for (const auto& [theirs, ours] : kElsewhere) {
    if (theirs == word) return std::string(ours);
  }
  std::vector<std::string> all = kCommands;
  all.insert(all.end(), kPlanned.begin(), kPlanned.end());
  return closest(word, all);
}

}  // namespace

bool is_command(std::string_view word) { return contains(kCommands, word); }

std::string command_list() {
  std::string text;
  for (const std::string& name : kCommands)
    text += (text.empty() ? "" : name == kCommands.back() ? " or " : ", ") + name;
  return text;
}

std::string unknown_command(std::string_view word) {
  const std::string name(word.substr(0, 60));
  if (contains(kPlanned, word)) return "this version has no command \"" + name + "\" yet";
  const std::string meant = meant_by(word);
  std::string text = "unknown command \"" + name + "\"";
  if (!meant.empty()) text += "; did you mean \"" + meant + "\"?";
  if (contains(kPlanned, meant)) text += " This version does not have it yet.";
  if (meant.empty()) text += "; fovea --help lists them";
  return text;
}

}  // namespace fovea::app
