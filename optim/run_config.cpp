// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config_schema.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/run_config.h>

#include <vector>

namespace fovea {

namespace {

Fields<RunOptions> run_fields() {
  using O = RunOptions;
  return Fields<O>("a config", "A run: data, model and training")
      .field("name", &O::name, "names the run's folder", non_empty())
      .field("seed", &O::seed, "of all random numbers")
      .field("data", &O::data, "pictures and labels")
      .field("train", &O::train, "how the net is trained")
      .field("log", &O::log, "what is logged")
      .field("checkpoint", &O::checkpoint, "what is saved")
      .field("eval", &O::eval, "how fovea eval looks at pictures");
}

// Of every field that a config may have; slow to collect.
const std::vector<std::string>& declared_paths() {
  static const std::vector<std::string> paths = field_paths(RunConfig::type());
  return paths;
}

}  // namespace

RunConfig RunConfig::load(const std::string& path, std::span<const std::string> overrides) {
  Config config = Config::load(path);
  for (const std::string& assignment : overrides) config.override(assignment, declared_paths());
  return read(config);
}

Net RunConfig::make_net(const LayerRegistry& registry) const {
  return Net::from_config(model, options.seed, registry);
}

Net RunConfig::make_graph(const LayerRegistry& registry) const {
  return Net::from_config(model, {}, registry);
}

RunConfig RunConfig::read(const Config& config) {
  config.get("$schema", "");  // for editors
  RunConfig run{run_fields().read(config), config.at("model")};
  config.finish(declared_paths());  // the model's keys are judged when its graph is read
  return run;
}

ConfigType RunConfig::type(const LayerRegistry& registry) {
  std::vector<FieldInfo> fields = run_fields().infos();
  fields.push_back({"model", "the net", Net::config_type(registry), {}, true, ""});
  return ConfigType::object(run_fields().name(), std::move(fields), run_fields().doc());
}

std::string RunConfig::resolved(const LayerRegistry& registry) const {
  JsonWriter json;
  json.begin_object();
  run_fields().write_members(json, options);
  json.key("model").raw(Net::resolved_config(model, registry)).end_object();
  return json.str();
}

}  // namespace fovea
