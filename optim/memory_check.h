// SPDX-License-Identifier: Apache-2.0
// Whether a GPU has the memory that training will take.
#pragma once

#include <fovea/core/context.h>
#include <fovea/layers/net.h>
#include <fovea/optim/train_options.h>

namespace fovea {

// Throws DeviceError when batches of `batch` need more than the context's GPU has free: what is
// needed and free, and the largest batch that fits. The net lies there already.
void check_memory(const Net& net, const Context& ctx, const TrainOptions& options, int64_t batch);

}  // namespace fovea
