// SPDX-License-Identifier: Apache-2.0
// Before processes train together: whether they are about the same run. What differs would show as
// weights that part, or not at all.
#pragma once

#include <fovea/core/comm/communicator.h>
#include <fovea/data/batch_source.h>
#include <fovea/optim/run_config.h>

#include <string>

namespace fovea {

// All throw ConfigError, the same on all ranks, naming the first that differs from rank 0 and in
// what. `processes` may be null: one alone agrees with itself.

// The version of Fovea, the kind of device, and the config: but for what does not reach a weight.
void check_same_config(Communicator* processes, const RunConfig& config, Device device);
// `what`: "training data". The source may be null.
void check_same_data(Communicator* processes, const BatchSource* source, const char* what);
// Where training begins: the step, and the hash of the weights.
void check_same_start(Communicator* processes, int64_t step, const std::string& weights);

}  // namespace fovea
