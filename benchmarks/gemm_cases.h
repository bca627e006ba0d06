// SPDX-License-Identifier: Apache-2.0
// Convolution and linear layers at AlexNet's shapes.
#pragma once

#include "bench.h"

#include <fovea/core/context.h>

#include <vector>

namespace fovea::bench {

// Every pass in exact numerics, compared with the same in fast numerics (blocks added at the end,
// no shards): what exactness costs.
std::vector<Case> conv2d_cases(Context& exact, Context& fast, int64_t batch);
std::vector<Case> linear_cases(Context& exact, Context& fast, int64_t batch);

}  // namespace fovea::bench
