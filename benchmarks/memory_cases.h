// SPDX-License-Identifier: Apache-2.0
// The operations that memory bounds, at AlexNet's shapes: normalisation, pooling, both in one pass,
// dropout, loss, update, sums.
#pragma once

#include "bench.h"

#include <fovea/core/context.h>

#include <vector>

namespace fovea::bench {

std::vector<Case> normalisation_cases(Context& ctx, int64_t batch);
std::vector<Case> pointwise_cases(Context& ctx, int64_t batch);

}  // namespace fovea::bench
