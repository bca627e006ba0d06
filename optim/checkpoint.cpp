// SPDX-License-Identifier: Apache-2.0
#include "model_metadata.h"

#include <fovea/core/error.h>
#include <fovea/core/io/sha256.h>
#include <fovea/optim/checkpoint.h>

#include <utility>

namespace fovea {

namespace {

constexpr const char* kMomentum = "optim/momentum/";

std::vector<NamedTensor> weights_of(const Net& net) {
  std::vector<NamedTensor> tensors;
  for (const Parameter& parameter : net.parameters())
    tensors.push_back({parameter.name, net.value(parameter)});
  return tensors;
}

}  // namespace

void save_model(const std::string& path, const Net& net, const ModelInfo& info) {
  save_safetensors(path, weights_of(net), metadata_of(info), SafetensorsChecksums::with);
}

void save_checkpoint(const std::string& path, const Net& net, const ModelInfo& info,
                     const RunState& state) {
  std::vector<NamedTensor> tensors = weights_of(net);
  for (const Parameter& parameter : net.parameters()) {
    tensors.push_back({kMomentum + parameter.name, state.optimizer.velocity(parameter)});
  }
  SafetensorsMetadata metadata = metadata_of(info);
  metadata["position"] = position_to_json(state.position);
  metadata["config"] = state.config;
  save_safetensors(path, tensors, std::move(metadata), SafetensorsChecksums::with);
}

void load_weights(const SafetensorsFile& file, Net& net) {
  for (const SafetensorsEntry& entry : file.entries()) {
    if (!entry.name.starts_with("optim/") && !net.find_parameter(entry.name)) {
      throw DataError(file.path() + ": tensor \"" + entry.name + "\" (" + entry.to_string() +
                      ") is unknown; the net has no such parameter");
    }
  }
  for (const Parameter& parameter : net.parameters())
    file.read_into(parameter.name, net.value(parameter));
}

Model load_model(const std::string& path, const LayerRegistry& registry) {
  const SafetensorsFile file(path);
  ModelInfo info = info_of(file);
  try {
    Net net = Net::from_config(Config::parse(info.graph, path + " (model)"), {}, registry);
    load_weights(file, net);
    return {std::move(net), std::move(info)};
  } catch (const ConfigError& error) {
    throw DataError(path + ": the graph in its metadata cannot be read: " + error.what());
  }
}

void restore_checkpoint(const std::string& path, Net& net, Sgd& optimizer,
                        TrainPosition& position) {
  const SafetensorsFile file(path);
  position = position_of(file);
  load_weights(file, net);
  for (const Parameter& parameter : net.parameters()) {
    file.read_into(kMomentum + parameter.name, optimizer.velocity(parameter));
  }
}

std::string config_of_checkpoint(const std::string& path) {
  const SafetensorsFile file(path);
  const auto it = file.metadata().find("config");
  return it == file.metadata().end() ? "" : it->second;
}

std::string hash_of_weights(const Net& net) {
  Sha256 hash;
  for (const Parameter& parameter : net.parameters()) {
    const Tensor value = net.value(parameter).to(Device::cpu());
    hash.update(parameter.name + value.shape().to_string());
    hash.update(std::as_bytes(value.span<float>()));
  }
  return hash.hex();
}

}  // namespace fovea
