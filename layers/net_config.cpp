// SPDX-License-Identifier: Apache-2.0
// Reads a net from a config's "model" object.
#include <fovea/core/error.h>
#include <fovea/layers/net.h>

#include <algorithm>
#include <map>
#include <set>

namespace fovea {

namespace {

struct ModelOptions {
  std::vector<int64_t> input;
  ParameterInit init;
};

Fields<ModelOptions> model_fields() {
  return Fields<ModelOptions>("model", "The net: a graph of layers")
      .required("input", &ModelOptions::input,
                "[channels, height, width] or [features] of a sample", between(1, 1 << 24))
      .field("init", &ModelOptions::init, "first values of the parameters");
}

// What every layer may say, besides its "type" and that type's fields.
struct NodeOptions {
  std::string name;
  std::vector<std::string> inputs;
};

Fields<NodeOptions> node_fields() {
  return Fields<NodeOptions>("layer", "A layer of the net")
      .field("name", &NodeOptions::name, "names its parameters; by default the type and a number")
      .field("inputs", &NodeOptions::inputs,
             "layers that it reads, or \"input\"; by default the layer before", non_empty());
}

// [channels, height, width] as everybody writes it, or [features]; (1, h, w, c) as we keep it.
Shape shape_of(const std::vector<int64_t>& input, const Config& model) {
  if (input.size() == 3) return {1, input[1], input[2], input[0]};
  if (input.size() == 1) return {1, input[0]};
  const Config given = model.find("input");
  if (given.exists() && given.is_array() && (input.size() > 1 || given.items().empty()))
    given.error("[channels, height, width] or [features] wanted");
  return {1, 1, 1, 1};
}

class GraphReader {
 public:
  explicit GraphReader(const LayerRegistry& registry) : registry_(registry) {}

  std::vector<Node> read(const std::vector<Config>& layers, const std::vector<std::string>& names) {
    for (size_t i = 0; i < layers.size(); i++) read_node(layers[i], names[i]);
    return std::move(nodes_);
  }

 private:
  void read_node(const Config& config, const std::string& name) {
    if (!config.is_object()) {
      config.error("an object wanted: {\"type\": ...}");
      return;
    }
    Node node;
    const NodeOptions options = node_fields().read(config);
    const Config type = config.at("type");
    const auto name_of_type =
        type.exists() ? type.as<std::string>(one_of(registry_.types())) : std::nullopt;
    node.name = name;
    node.inputs = values_named(options.inputs, config);
    if (!name_of_type) {
      config.accept_all();  // its fields are unknown without a type
      return;
    }
    node.type = *name_of_type;
    node.layer = registry_.create(node.type, config);
    if (!values_.emplace(node.name, static_cast<int>(nodes_.size()) + 1).second) {
      config.find("name").error("two layers are called \"" + node.name + "\"");
    }
    nodes_.push_back(std::move(node));
  }

  // By default the layer before; "input" is the net's input.
  std::vector<int> values_named(const std::vector<std::string>& names, const Config& config) {
    if (names.empty()) return {static_cast<int>(nodes_.size())};
    std::vector<int> values;
    for (size_t i = 0; i < names.size(); i++) {
      const auto it = values_.find(names[i]);
      if (it != values_.end()) {
        values.push_back(it->second);
      } else {
        config.find("inputs").items()[i].error("no layer before this one is called \"" + names[i] +
                                               "\"");
      }
    }
    return values;
  }

  const LayerRegistry& registry_;
  std::vector<Node> nodes_;
  std::map<std::string, int> values_{{"input", 0}};
};

ConfigType layer_type(const std::string& type, const LayerInfo& info) {
  std::vector<FieldInfo> fields = node_fields().infos();
  fields.insert(fields.end(), info.fields.begin(), info.fields.end());
  ConfigType layer = ConfigType::object(type, std::move(fields), info.doc);
  layer.open = !info.declared;
  return with_type_name(std::move(layer), type);
}

// Every member that is given, and of the declared fields those that have a default.
void write_layer(JsonWriter& json, const Config& layer, const std::string& name,
                 const LayerRegistry& registry) {
  const auto type = layer.get<std::string>("type");
  std::vector<std::string> written{"name", "type"};
  json.begin_object().key("name").value(name).key("type").value(type);
  const auto write = [&](const std::string& key, const std::string& text) {
    json.key(key).raw(text);
    written.push_back(key);
  };
  for (const FieldInfo& field : registry.info(type).fields) {
    if (layer.has(field.name)) {
      write(field.name, layer.find(field.name).to_json());
    } else if (!field.default_json.empty() && field.default_json != "{}") {
      write(field.name, field.default_json);
    }
  }
  for (const std::string& key : layer.keys()) {
    if (std::ranges::count(written, key) == 0) write(key, layer.find(key).to_json());
  }
  json.end_object();
}

}  // namespace

std::string Net::resolved_config(const Config& model, const LayerRegistry& registry) {
  ModelOptions options = model_fields().read(model);
  options.init = with_defaults(options.init);
  const Config layers = model.at("layers");
  const std::vector<Config> items = layers.items();
  const std::vector<std::string> names = layers.element_names();
  JsonWriter json;
  json.begin_object();
  model_fields().write_members(json, options);
  json.key("layers").begin_array();
  for (size_t i = 0; i < items.size(); i++) write_layer(json, items[i], names[i], registry);
  return json.end_array().end_object().str();
}

ConfigType Net::config_type(const LayerRegistry& registry) {
  std::vector<ConfigType> layers;
  for (const std::string& type : registry.types())
    layers.push_back(layer_type(type, registry.info(type)));
  const ConfigType layer = ConfigType::any_of("layers", std::move(layers));
  std::vector<FieldInfo> fields = model_fields().infos();
  fields.push_back({"layers", "in the order in which they run", ConfigType::list_of(layer),
                    non_empty(), true, ""});
  return ConfigType::object(model_fields().name(), std::move(fields), model_fields().doc());
}

Net Net::from_config(const Config& model, std::optional<uint64_t> seed,
                     const LayerRegistry& registry) {
  const ModelOptions options = model_fields().read(model);
  const Shape input = shape_of(options.input, model);
  const Config layers = model.at("layers");
  const std::vector<Config> items =
      layers.exists() && layers.is_array() ? layers.items() : std::vector<Config>();
  if (layers.exists() && items.empty()) layers.error("a list of layers wanted");
  std::vector<Node> nodes = GraphReader(registry).read(items, layers.element_names());
  model.finish();
  model.check();
  try {
    return Net(input, std::move(nodes), seed, options.init);
  } catch (const LayerError& error) {
    items[error.node()].error(error.detail());
  } catch (const ArgumentError& error) {
    layers.error(error.what());
  }
  model.check();
  throw ConfigError("model: cannot be built");  // not reached: check() throws what was collected
}

}  // namespace fovea
