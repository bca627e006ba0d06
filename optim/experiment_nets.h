// SPDX-License-Identifier: Apache-2.0
// The configs of the experiments.
#pragma once

#include <fovea/core/shape.h>
#include <fovea/optim/experiment.h>

namespace fovea {

// What a variant of the small AlexNet has.
struct NetParts {
  bool normalisation = true, overlap = true, dropout = true;
  int columns = 2;
};

// `picture`: (h, w, c).
RunConfig race_config(const ExperimentOptions& options, const Shape& picture, bool tanh, double lr);
RunConfig ablation_config(const ExperimentOptions& options, const Shape& picture,
                          const NetParts& parts, uint64_t seed);

}  // namespace fovea
