// SPDX-License-Identifier: Apache-2.0
// A whole config file: what is trained, on what, and how.
#pragma once

#include <fovea/core/config.h>
#include <fovea/data/data_options.h>
#include <fovea/optim/run_recorder.h>
#include <fovea/optim/trainer.h>

#include <cstdint>
#include <string>

namespace fovea {

struct RunOptions {
  std::string name = "run";
  uint64_t seed = 1;
  DataOptions data;
  TrainOptions train;
  LogOptions log;
  CheckpointOptions checkpoint;
};

// A config that has been read; the model's graph stays JSON until a net is built from it.
struct RunConfig {
  RunOptions options;
  Config model;

  // Throws ConfigError with every mistake in the file, the model's graph included.
  static RunConfig read(const Config& config);
  // The whole config with every default, as strict JSON.
  std::string resolved() const;
};

}  // namespace fovea
