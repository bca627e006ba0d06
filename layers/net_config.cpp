// SPDX-License-Identifier: Apache-2.0
// Reads a net from a config's "model" object.
#include <fovea/core/error.h>
#include <fovea/layers/net.h>

#include <algorithm>
#include <map>
#include <set>

namespace fovea {

namespace {

// [channels, height, width] as everybody writes it, or [features]; (1, h, w, c) as we keep it.
Shape read_input(const Config& model) {
  const Config input = model.at("input");
  const auto extents =
      input.exists() ? input.as<std::vector<int64_t>>(between(1, 1 << 24)) : std::nullopt;
  if (!extents) return {1, 1, 1, 1};
  const std::vector<int64_t>& e = *extents;
  if (e.size() == 3) return {1, e[1], e[2], e[0]};
  if (e.size() == 1) return {1, e[0]};
  input.error("[channels, height, width] or [features] wanted");
  return {1, 1, 1, 1};
}

class GraphReader {
 public:
  GraphReader(const LayerRegistry& registry, std::vector<Config> layers)
      : registry_(registry), layers_(std::move(layers)) {}

  std::vector<Node> read() {
    for (const Config& config : layers_) read_node(config);
    return std::move(nodes_);
  }

 private:
  void read_node(const Config& config) {
    if (!config.is_object()) {
      config.error("an object wanted: {\"type\": ...}");
      return;
    }
    Node node;
    const Config type = config.at("type");
    const auto name_of_type =
        type.exists() ? type.as<std::string>(one_of(registry_.types())) : std::nullopt;
    node.name = config.get("name", "");
    node.inputs = read_inputs(config);
    if (!name_of_type) {
      config.accept_all();  // its fields are unknown without a type
      return;
    }
    node.type = *name_of_type;
    if (node.name.empty()) node.name = node.type + std::to_string(++counts_[node.type]);
    node.layer = registry_.create(node.type, config);
    if (!values_.emplace(node.name, static_cast<int>(nodes_.size()) + 1).second) {
      config.find("name").error("two layers are called \"" + node.name + "\"");
    }
    nodes_.push_back(std::move(node));
  }

  // By default the layer before; "input" is the net's input.
  std::vector<int> read_inputs(const Config& config) {
    const Config inputs = config.find("inputs");
    if (!inputs.exists()) return {static_cast<int>(nodes_.size())};
    std::vector<int> values;
    if (inputs.is_array() && inputs.items().empty()) inputs.error("names of layers wanted");
    for (const Config& item : inputs.items()) {
      const std::string name = item.as<std::string>().value_or("");
      const auto it = values_.find(name);
      if (it != values_.end()) {
        values.push_back(it->second);
      } else if (!name.empty()) {
        item.error("no layer before this one is called \"" + name + "\"");
      }
    }
    return values;
  }

  const LayerRegistry& registry_;
  std::vector<Config> layers_;
  std::vector<Node> nodes_;
  std::map<std::string, int> values_{{"input", 0}};
  std::map<std::string, int> counts_;
};

}  // namespace

Net Net::from_config(const Config& model, uint64_t seed, const LayerRegistry& registry) {
  model.describe_as("model");
  const Shape input = read_input(model);
  const auto init = model.get<ParameterInit>("init", {});
  const Config layers = model.at("layers");
  const std::vector<Config> items =
      layers.exists() && layers.is_array() ? layers.items() : std::vector<Config>();
  if (layers.exists() && items.empty()) layers.error("a list of layers wanted");
  std::vector<Node> nodes = GraphReader(registry, items).read();
  model.finish();
  model.check();
  try {
    return Net(input, std::move(nodes), seed, init);
  } catch (const LayerError& error) {
    items[error.node()].error(error.detail());
  } catch (const ArgumentError& error) {
    layers.error(error.what());
  }
  model.check();
  throw ConfigError("model: cannot be built");  // not reached: check() throws what was collected
}

}  // namespace fovea
