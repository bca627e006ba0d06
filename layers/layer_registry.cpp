// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/layers/layer_registry.h>

namespace fovea {

void LayerRegistry::add(const std::string& type, Factory factory) {
  if (!factories_.emplace(type, std::move(factory)).second) {
    throw ArgumentError("layer registry: \"" + type + "\" is registered already");
  }
}

std::unique_ptr<Layer> LayerRegistry::create(const std::string& type, const Config& config) const {
  config.describe_as(type);
  return factories_.at(type)(config);
}

std::vector<std::string> LayerRegistry::types() const {
  std::vector<std::string> names;
  for (const auto& [type, factory] : factories_) names.push_back(type);
  return names;
}

}  // namespace fovea
