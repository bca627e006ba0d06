// SPDX-License-Identifier: Apache-2.0
#include "model_metadata.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/core/system_info.h>

namespace fovea {

namespace {

// Metadata under `key`, as a config; DataError when it is not there or not JSON.
Config parse_metadata(const SafetensorsFile& file, const std::string& key, const char* what) {
  const auto it = file.metadata().find(key);
  if (it == file.metadata().end()) {
    throw DataError(file.path() + ": " + what + ": its metadata has no \"" + key + "\"");
  }
  try {
    return Config::parse(it->second, file.path() + " (" + key + ")");
  } catch (const ConfigError& error) {
    throw DataError(file.path() + ": metadata \"" + key + "\" is damaged: " + error.what());
  }
}

void throw_if_wrong(const SafetensorsFile& file, const Config& config) {
  try {
    config.finish();
    config.check();
  } catch (const ConfigError& error) {
    throw DataError(file.path() + ": its metadata is damaged: " + error.what());
  }
}

constexpr const char* kNoModel = "not a model file of Fovea";
constexpr const char* kNoCheckpoint = "not a checkpoint";

Fields<Metrics> metrics_fields() {
  using M = Metrics;
  return Fields<M>("metrics", "Sums over the batches done in this epoch")
      .required("samples", &M::samples, "", at_least(0))
      .required("top1", &M::top1, "", at_least(0))
      .required("top5", &M::top5, "", at_least(0))
      .required("loss_sum", &M::loss_sum, "");
}

Fields<TrainPosition> position_fields() {
  using P = TrainPosition;
  return Fields<P>("position", "Where a run stands")
      .required("step", &P::step, "", at_least(0))
      .required("epoch", &P::epoch, "", at_least(0))
      .required("batch", &P::batch, "", at_least(0))
      .field("last_loss", &P::last_loss, "")
      .field("best_top1", &P::best_top1, "")
      .field("epochs_since_best", &P::epochs_since_best, "", at_least(0))
      .field("plateau", &P::plateau, "");
}

}  // namespace

SafetensorsMetadata metadata_of(const ModelInfo& info) {
  JsonWriter classes, preprocessing;
  ConfigValue<std::vector<std::string>>::write(classes, info.classes);
  Preprocessing::fields().write(preprocessing, info.preprocessing);
  return {
      {"format", "fovea"},
      {"version", version()},
      {"layout",
       "activations NHWC; convolution weights (out, height, width, in); linear weights (out, in)"},
      {"model", info.graph},
      {"classes", classes.str()},
      {"preprocessing", preprocessing.str()}};
}

ModelInfo info_of(const SafetensorsFile& file) {
  ModelInfo info;
  info.graph = parse_metadata(file, "model", kNoModel).to_json();
  const Config classes = parse_metadata(file, "classes", kNoModel);
  info.classes = classes.as<std::vector<std::string>>().value_or(std::vector<std::string>());
  throw_if_wrong(file, classes);
  const Config preprocessing = parse_metadata(file, "preprocessing", kNoModel);
  info.preprocessing = Preprocessing::fields().read(preprocessing);
  throw_if_wrong(file, preprocessing);
  return info;
}

std::string position_to_json(const TrainPosition& position) {
  JsonWriter json;
  json.begin_object();
  position_fields().write_members(json, position);
  json.key("epoch_so_far");
  metrics_fields().write(json, position.epoch_so_far);
  json.end_object();
  return json.str();
}

TrainPosition position_of(const SafetensorsFile& file) {
  const Config config = parse_metadata(file, "position", kNoCheckpoint);
  TrainPosition position = position_fields().read(config);
  position.epoch_so_far = metrics_fields().read(config.at("epoch_so_far"));
  throw_if_wrong(file, config);
  return position;
}

}  // namespace fovea
