// SPDX-License-Identifier: Apache-2.0
// What a training step costs one of several ranks: bytes that it sends, and its memory. Known from
// the config alone.
#pragma once

#include <fovea/layers/placement.h>
#include <fovea/layers/step_info.h>
#include <fovea/optim/train_options.h>

#include <cstdint>
#include <vector>

namespace FOVEA_API fovea {

struct RankCost {
  // Bytes that a rank sends in a step of a full batch, as Communicator::bytes_sent() counts them.
  int64_t exchanged = 0;  // activations and their gradients, between layers
  int64_t gradients = 0;  // of what ranks have of their shares of the batch
  int64_t numbers = 0;    // losses, or the norm of gradients
  int64_t sent() const { return exchanged + gradients + numbers; }

  // Bytes of memory.
  uint64_t weights = 0, gradient_arena = 0, momenta = 0, activations = 0, workspace = 0;
  uint64_t sums = 0;  // of gradients on the way: of other ranks, and of a batch's parts
  uint64_t memory() const {
    return weights + gradient_arena + momenta + activations + workspace + sums;
  }

  int64_t rows = 0;             // of the batch that a rank computes at a time
  std::vector<StepInfo> steps;  // of one part of the batch
};

// Of rank 0 of `ranks`, when each step has `batch` samples, on devices like the context's; where
// the options name a GPU, it sends what GPUs send. Throws as PlacedNet().
RankCost predict_rank_cost(const Net& net, const Context& ctx, const TrainOptions& options,
                           Placement placement, int ranks, int64_t batch);

}  // namespace fovea
