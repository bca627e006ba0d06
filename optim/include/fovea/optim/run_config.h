// SPDX-License-Identifier: Apache-2.0
// A whole config file: what is trained, on what, and how.
#pragma once

#include <fovea/core/config.h>
#include <fovea/data/data_options.h>
#include <fovea/layers/net.h>
#include <fovea/optim/run_recorder.h>
#include <fovea/optim/trainer.h>
#include <fovea/optim/view_evaluation.h>

#include <cstdint>
#include <span>
#include <string>

namespace FOVEA_API fovea {

struct RunOptions {
  std::string name = "run";
  uint64_t seed = 1;
  DataOptions data;
  TrainOptions train;
  LogOptions log;
  CheckpointOptions checkpoint;
  EvalOptions eval;
};

// A config that has been read; the model's graph stays JSON until a net is built from it.
struct RunConfig {
  RunOptions options;
  Config model;

  // Mistakes are collected in `config`; make_net() throws them together with the graph's.
  static RunConfig read(const Config& config);
  // Reads a file with some values replaced: "lr=0.02", as Config::override() does it. Throws
  // ConfigError when the file cannot be read or is not JSON.
  static RunConfig load(const std::string& path, std::span<const std::string> overrides = {});

  // The net, initialised from the seed. Throws ConfigError with every mistake in the whole config.
  Net make_net(const LayerRegistry& registry = LayerRegistry::builtin()) const;
  // The same with its parameters 0, which saves seconds where only the graph is wanted.
  Net make_graph(const LayerRegistry& registry = LayerRegistry::builtin()) const;

  // What read() reads, for the reference page, the JSON Schema and overrides.
  static ConfigType type(const LayerRegistry& registry = LayerRegistry::builtin());
  // The whole config with every default, as strict JSON. REQUIRES: make_net() takes it.
  std::string resolved(const LayerRegistry& registry = LayerRegistry::builtin()) const;
};

}  // namespace fovea
