// SPDX-License-Identifier: Apache-2.0
#include "model_metadata.h"

#include <fovea/core/error.h>
#include <fovea/core/io/sha256.h>
#include <fovea/optim/checkpoint.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fovea {

namespace {

constexpr const char* kMomentum = "optim/momentum/";
constexpr const char* kMean = "preprocessing/mean";

std::vector<NamedTensor> tensors_of(const Net& net, const ModelInfo& info) {
  std::vector<NamedTensor> tensors;
  for (const Parameter& parameter : net.parameters())
    tensors.push_back({parameter.name, net.value(parameter)});
  if (const auto& mean = info.preprocessing.mean_image) {
    const Shape shape{mean->size.height, mean->size.width, mean->channels};
    tensors.push_back({kMean, Tensor::from<float>(shape, std::span(mean->values))});
  }
  return tensors;
}

// Throws DataError unless the file has one for pictures of this shape.
std::shared_ptr<const MeanImage> read_mean(const SafetensorsFile& file, const Shape& picture) {
  const Tensor tensor = file.read(kMean);
  const Shape& shape = tensor.shape();
  const bool fits = tensor.dtype() == DType::f32 && shape.rank() == 3 && picture.rank() == 3 &&
                    shape[0] >= picture[0] && shape[1] >= picture[1] && shape[2] == picture[2];
  if (!fits) {
    throw DataError(file.path() + ": tensor \"" + kMean + "\" is " + file.find(kMean)->to_string() +
                    "; a mean image of at least F32 " + picture.to_string() + " wanted");
  }
  const auto values = tensor.span<float>();
  if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
    throw DataError(file.path() + ": tensor \"" + kMean + "\" holds a number that is not finite");
  return std::make_shared<MeanImage>(
      MeanImage{{shape[0], shape[1]}, shape[2], {values.begin(), values.end()}});
}

}  // namespace

void save_model(const std::string& path, const Net& net, const ModelInfo& info) {
  save_safetensors(path, tensors_of(net, info), metadata_of(info), SafetensorsChecksums::with);
}

void save_checkpoint(const std::string& path, const Net& net, const ModelInfo& info,
                     const RunState& state) {
  std::vector<NamedTensor> tensors = tensors_of(net, info);
  for (const Parameter& parameter : net.parameters()) {
    tensors.push_back({kMomentum + parameter.name, state.optimizer.velocity(parameter)});
  }
  SafetensorsMetadata metadata = metadata_of(info);
  metadata["position"] = position_to_json(state.position);
  metadata["config"] = state.config;
  save_safetensors(path, tensors, std::move(metadata), SafetensorsChecksums::with);
}

bool is_parameter(const SafetensorsEntry& entry) {
  return !entry.name.starts_with("optim/") && entry.name != kMean;
}

void load_weights(const SafetensorsFile& file, Net& net) {
  for (const SafetensorsEntry& entry : file.entries()) {
    if (is_parameter(entry) && !net.find_parameter(entry.name)) {
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
    if (info.preprocessing.mean.measured == Measured::per_pixel)
      info.preprocessing.mean_image = read_mean(file, net.input_shape().sample());
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
