// SPDX-License-Identifier: Apache-2.0
#include "config_diff_parts.h"

#include <fovea/core/number_text.h>
#include <fovea/optim/config_diff.h>

#include <algorithm>

namespace fovea {

namespace {

const ConfigType& field_type(const ConfigType& object, const char* name) {
  return std::ranges::find(object.fields, name, &FieldInfo::name)->type;
}

void compare_counts(const Net& first, const Net& second, ConfigDifferences& differences) {
  const auto count = [&](const char* where, int64_t a, int64_t b, const char* meaning) {
    if (a != b) differences.push_back({where, grouped_text(a), grouped_text(b), meaning});
  };
  count("parameters", first.parameter_count(), second.parameter_count(), "of the whole net");
  count("multiply-accumulates", first.macs(), second.macs(), "of one picture's forward pass");
}

// Where layers read others than the one before, which their places do not tell.
void compare_inputs(const Net& first, const Net& second, ConfigDifferences& differences) {
  if (first.nodes().size() != second.nodes().size()) return;
  for (size_t i = 0; i < first.nodes().size(); i++) {
    const Node &a = first.nodes()[i], &b = second.nodes()[i];
    if (a.type != b.type || a.inputs == b.inputs) continue;
    const auto names = [&](const Net& net, const Node& node) {
      std::string text;
      for (const int value : node.inputs)
        text += (text.empty() ? "" : ", ") +
                (value == 0 ? "input" : net.nodes()[static_cast<size_t>(value) - 1].name);
      return text;
    };
    differences.push_back({a.name + ".inputs", names(first, a), names(second, b), "what it reads"});
  }
}

}  // namespace

std::vector<ConfigDifference> config_differences(const RunConfig& first, const RunConfig& second) {
  const Net first_net = first.make_graph(), second_net = second.make_graph();
  const Config a = Config::parse(first.resolved(), "the first config");
  const Config b = Config::parse(second.resolved(), "the second config");
  const ConfigType type = RunConfig::type();
  const ConfigType& model = field_type(type, "model");
  ConfigDifferences differences;
  compare("seed", a.find("seed"), b.find("seed"), nullptr, "of all random numbers", differences);
  compare_members("data", a.at("data"), b.at("data"), &field_type(type, "data"),
                  {"workers", "prefetch"}, differences);
  compare("model.input", a.at("model").at("input"), b.at("model").at("input"), nullptr,
          "[channels, height, width] or [features] of a sample", differences);
  compare_counts(first_net, second_net, differences);
  compare_layers(a.at("model"), b.at("model"), field_type(model, "layers").parts[0], differences);
  compare_inputs(first_net, second_net, differences);
  compare_members("train", a.at("train"), b.at("train"), &field_type(type, "train"), {"device"},
                  differences);
  for (const std::string& section : a.keys()) {
    const bool told = section == "data" || section == "model" || section == "train" ||
                      section == "name" || section == "seed" || section == "log" ||
                      section == "checkpoint";
    if (!told)
      compare(section, a.find(section), b.find(section), &field_type(type, section.c_str()), "",
              differences);
  }
  return differences;
}

std::string to_sentence(const ConfigDifference& difference, const std::string& first_name,
                        const std::string& second_name) {
  const auto& [where, first, second, meaning] = difference;
  const std::string subject = where + (meaning.empty() ? "" : " (" + meaning + ")");
  if (first.empty()) return subject + " is only in " + second_name + ": " + second;
  if (second.empty()) return subject + " is only in " + first_name + ": " + first;
  return subject + " is " + first + " in " + first_name + ", " + second + " in " + second_name;
}

}  // namespace fovea
