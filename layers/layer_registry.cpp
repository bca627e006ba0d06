// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/layers/layer_registry.h>

namespace fovea {

void LayerRegistry::add(const std::string& type, Factory factory, LayerInfo info) {
  if (!entries_.emplace(type, Entry{std::move(factory), std::move(info)}).second) {
    throw ArgumentError("layer registry: \"" + type + "\" is registered already");
  }
}

std::unique_ptr<Layer> LayerRegistry::create(const std::string& type, const Config& config) const {
  config.describe_as(type);
  return entries_.at(type).factory(config);
}

std::vector<std::string> LayerRegistry::types() const {
  std::vector<std::string> names;
  for (const auto& [type, entry] : entries_) names.push_back(type);
  return names;
}

}  // namespace fovea
