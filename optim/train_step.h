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

#include <string>

namespace fovea {

// Which part of each batch is a rank's: the rank'th of `ranks` equal ones.
struct RankShare {
  int rank = 0, ranks = 1;
};

class FOVEA_LOCAL TrainStep {
 public:
  // For batches of at most `batch` rows; `class_weights` may be empty. All other arguments must
  // outlive it.
  TrainStep(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
            Tensor class_weights = {}, RankShare share = {});

  // Of one rank alone: computes the gradients of a batch's mean loss, adds the batch to `metrics`,
  // and returns the loss.
  float gradients(const Batch& batch, Metrics& metrics);

  // Of one of several: computes what the rank's share of a batch adds to the gradients of the
  // batch's mean loss, and adds the share to `metrics`.
  void compute_gradients(const Batch& batch, Metrics& metrics);
  // Takes over the losses of another rank's share, which it has just computed.
  void take_losses(const TrainStep& other, const Batch& batch);
  // The losses of all samples, as compute_gradients() adds them to metrics.
  void add_losses(const Batch& batch, Metrics& metrics) const;
  // The mean loss, of a batch whose losses are all here.
  float loss(const Batch& batch);
  // The 2-norm of all gradients; not finite when one of them is not.
  double gradient_norm();
  // Clips and moves the parameters; `lr` is the rate, `norm` what gradient_norm() gave.
  void update(float lr, double norm, int64_t step, int64_t epoch);

  // What a loss that is not finite comes from, and what to do, for its message: the pictures, a
  // parameter, or the first layer whose output is not finite. Runs forward once more.
  std::string origin_of_loss(const Batch& batch);
  // The parameter whose gradient is the first on the way back that is not finite.
  std::string origin_of_gradients();

  Sgd& optimizer() { return sgd_; }
  Execution& execution() { return execution_; }  // of one part of the batch
  size_t planned_bytes() const;

 private:
  // Parts that all ranks cut a batch into, and the first of this one's.
  int64_t parts() const { return options_.accumulate * share_.ranks; }
  int64_t first_part() const { return options_.accumulate * share_.rank; }
  // Rows [begin, end) of a batch, as the net takes them.
  struct Part {
    Tensor images, labels;
    BatchPosition position;
  };

  int64_t first_row(const Batch& batch, int64_t part) const;
  Part part_of(const Batch& batch, int64_t index) const;
  float divisor_of(const Batch& batch) const;
  // `begin`: the part's first row in the batch; `divisor`: of the whole batch's losses.
  void compute(const Part& part, int64_t begin, const Batch& batch, float divisor,
               Metrics& metrics);
  bool finite(const Tensor& tensor);
  std::string first_non_finite(const Batch& batch);

  Net& net_;
  Context& ctx_;
  const TrainOptions& options_;
  RankShare share_;
  Sgd sgd_;
  Execution execution_;
  GradientAccumulator accumulator_;
  Tensor class_weights_, class_weights_there_;  // on the host, on the context's device
  Tensor losses_;                               // of the whole batch
};

}  // namespace fovea
