// SPDX-License-Identifier: Apache-2.0
// Model files and checkpoints: one safetensors file with the weights under their layers' names and,
// in its metadata, the graph, the preprocessing and the class names: all that serving needs. A
// mean image is the tensor "preprocessing/mean". A checkpoint adds the momenta
// ("optim/momentum/NAME"), the position in the run and the whole config.
#pragma once

#include <fovea/core/io/safetensors.h>
#include <fovea/data/preprocessing.h>
#include <fovea/layers/net.h>
#include <fovea/optim/sgd.h>
#include <fovea/optim/trainer.h>

#include <optional>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// What a model is besides its weights.
struct ModelInfo {
  std::string graph;  // JSON text of a config's "model"
  Preprocessing preprocessing;
  std::vector<std::string> classes;
};

// Where a run stands, to be saved with the model.
struct RunState {
  const Sgd& optimizer;
  const TrainPosition& position;
  std::string config;  // JSON text of the whole resolved config
};

// Atomic: a crash or a full disk leaves the file that was there. Throws SystemError.
void save_model(const std::string& path, const Net& net, const ModelInfo& info);
void save_checkpoint(const std::string& path, const Net& net, const ModelInfo& info,
                     const RunState& state);

// A model read back, ready to run.
struct Model {
  Net net;
  ModelInfo info;
};

// Whether a model file's tensor is a parameter of its net, not of the optimizer or preprocessing.
bool is_parameter(const SafetensorsEntry& entry);

// Throws DataError, naming the file, when it is damaged, no model of ours, or its tensors do not
// suit its graph.
Model load_model(const std::string& path, const LayerRegistry& registry = LayerRegistry::builtin());

// Puts the weights of a file into a net: every parameter must be there with its shape and as f32,
// and no other tensors but those of the optimizer. Throws DataError that names file and tensor.
void load_weights(const SafetensorsFile& file, Net& net);

// Puts weights, momenta and position back. Throws DataError when the file is no checkpoint of this
// net.
void restore_checkpoint(const std::string& path, Net& net, Sgd& optimizer, TrainPosition& position);

// The whole config of the run that wrote a checkpoint, as JSON; empty for a plain model file.
std::string config_of_checkpoint(const std::string& path);

// SHA-256 of all weights: names, shapes and bytes, in the order of the net.
std::string hash_of_weights(const Net& net);

}  // namespace fovea
