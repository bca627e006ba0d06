// SPDX-License-Identifier: Apache-2.0
// The memory that training will take, and whether a GPU has it.
#pragma once

#include <fovea/core/context.h>
#include <fovea/layers/net.h>
#include <fovea/optim/team.h>
#include <fovea/optim/train_options.h>

namespace fovea {

// The largest batch below `batch` that `fits`, of which all smaller ones do too; 0 when none does.
template <class Fits>
int64_t largest_batch(int64_t batch, Fits fits) {
  int64_t good = 0, too_many = batch;
  while (too_many - good > 1) {
    const int64_t middle = good + (too_many - good) / 2;
    (fits(middle) ? good : too_many) = middle;
  }
  return good;
}

// What training on batches of `batch` takes on one device, besides parameters that lie there.
size_t training_bytes(const Net& net, const Context& ctx, const TrainOptions& options,
                      int64_t batch);
// Throws DeviceError when training on batches of `batch` needs more than the context's GPU, or one
// of the team's others, has free: what is needed and free, and the largest
// batch that fits. The net lies on the context's GPU already.
void check_memory(const Net& net, const Context& ctx, const TrainOptions& options, int64_t batch,
                  const Team& team = {});

}  // namespace fovea
