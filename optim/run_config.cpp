// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/json_writer.h>
#include <fovea/optim/run_config.h>

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
      .field("checkpoint", &O::checkpoint, "what is saved");
}

}  // namespace

RunConfig RunConfig::read(const Config& config) {
  config.get("$schema", "");  // for editors
  RunConfig run{run_fields().read(config), config.at("model")};
  config.finish();
  return run;
}

std::string RunConfig::resolved() const {
  JsonWriter json;
  json.begin_object();
  run_fields().write_members(json, options);
  json.key("model").raw(model.to_json()).end_object();
  return json.str();
}

}  // namespace fovea
