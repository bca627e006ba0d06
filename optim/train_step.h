// SPDX-License-Identifier: Apache-2.0
// One step of training: a batch's parts forward and backward, their gradients summed and clipped,
// the update.
#pragma once

#include "gradient_accumulator.h"

#include <fovea/core/context.h>
#include <fovea/data/batch_source.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/metrics.h>
#include <fovea/optim/train_options.h>

namespace fovea {

class FOVEA_LOCAL TrainStep {
 public:
  // For batches of at most `batch` rows. All arguments must outlive it.
  TrainStep(Net& net, Context& ctx, const TrainOptions& options, int64_t batch);

  // Computes the gradients of a batch's mean loss, adds the batch to `metrics`, and returns the
  // loss.
  float gradients(const Batch& batch, Metrics& metrics);
  // Clips and moves the parameters; `lr` is the rate.
  void update(float lr, int64_t step, int64_t epoch);

  Sgd& optimizer() { return sgd_; }
  Execution& execution() { return execution_; }  // of one part of the batch
  size_t planned_bytes() const;

 private:
  void part(const Batch& batch, int64_t index, int64_t begin, int64_t end, Metrics& metrics);

  Net& net_;
  Context& ctx_;
  const TrainOptions& options_;
  Sgd sgd_;
  Execution execution_;
  GradientAccumulator accumulator_;
  Tensor losses_;  // of the whole batch
};

}  // namespace fovea
