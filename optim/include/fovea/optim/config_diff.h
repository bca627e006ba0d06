// SPDX-License-Identifier: Apache-2.0
// What sets two configs apart: by meaning, not by text. Defaults count as if they were written, a
// layer's init as what its parameters get, LRN's alpha as what a term is multiplied by, one number
// for several as those. Layers are told apart by type and place, and by their names where both nets
// have them. Names, logs, checkpoints, loader threads and the device do not count.
#pragma once

#include <fovea/optim/run_config.h>

#include <string>
#include <vector>

namespace FOVEA_API fovea {

struct ConfigDifference {
  std::string where;          // "conv1.padding", "train.optimizer.bias_lr"
  std::string first, second;  // JSON or words; empty: the config has nothing there
  std::string meaning;        // the field's line of documentation; may be empty
};

// In the order of the first config. Throws ConfigError with every mistake of either.
std::vector<ConfigDifference> config_differences(const RunConfig& first, const RunConfig& second);

// As a sentence: "conv1.padding (zeros around the input) is 0 in A, [0, 0, 3, 3] in B".
std::string to_sentence(const ConfigDifference& difference, const std::string& first_name,
                        const std::string& second_name);

}  // namespace fovea
