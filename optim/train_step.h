// SPDX-License-Identifier: Apache-2.0
// One step of training: a batch's parts forward and backward, their gradients summed and clipped,
// the update. On a GPU the host gives it the work of a step and goes on; numbers come later.
#pragma once

#include "gradient_accumulator.h"
#include "step_numbers.h"

#include <fovea/core/context.h>
#include <fovea/data/batch_source.h>
#include <fovea/data/row_share.h>
#include <fovea/layers/execution.h>
#include <fovea/layers/placement.h>
#include <fovea/optim/metrics.h>
#include <fovea/optim/train_options.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

// Which part of each batch is a rank's: the rank'th of `ranks` equal ones. With `placed` it is as
// that placement has it: columns take part in all of the batch, hybrid in the rank's part of each
// part, and the loss is of all of it.
struct RankShare {
  int rank = 0, ranks = 1;
  const PlacedNet* placed = nullptr;     // what the net belongs to
  Communicator* communicator = nullptr;  // of placed ones
};

// Where an update is in a run: the learning rate, steps and epochs done before.
struct UpdateAt {
  float lr = 0;
  int64_t step = 0, epoch = 0;
};

// What is known of a step when it is done.
struct StepOutcome {
  float loss = 0;            // the mean over the batch
  double gradient_norm = 0;  // the 2-norm of all gradients, before clipping

  // Else the weights are those from before the step.
  bool is_finite() const;
};

class FOVEA_LOCAL TrainStep {
 public:
  // For batches of at most `batch` rows; `class_weights` may be empty. All other arguments must
  // outlive it. Gradients are made in buckets, elements from buckets[i] to the bucket before.
  TrainStep(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
            Tensor class_weights = {}, RankShare share = {}, std::vector<int64_t> buckets = {0});

  // Of one rank alone: begins a step. From the first one on whose loss or gradients are not finite,
  // steps leave the weights as they are, until recover(). At most StepNumbers::kSteps may have
  // begun and not be finished.
  void begin(const Batch& batch, const UpdateAt& at);
  // Waits for the oldest of them, begun with this batch, and adds it to `metrics`.
  StepOutcome finish(const Batch& batch, Metrics& metrics);
  // After a step whose numbers are not finite: its gradients again, of which later steps may have
  // made others, and updates from now on.
  void recover(const Batch& batch);

  // What they consist of; with several ranks there is something to do between these. What the
  // rank's share of a batch adds to the gradients of the batch's mean loss; the share's rows of
  // numbers().losses, others are 0, and of its ranks.
  // Calls ready(begin, end) when those of a bucket are complete in what the device has been given.
  using BucketReady = std::function<void(int64_t begin, int64_t end)>;
  void compute_gradients(const Batch& batch, const BucketReady& ready = {});
  // From all losses and gradients: their sum and norm, and whether to go on.
  void judge(const Batch& batch);
  void update(const UpdateAt& at);  // clips, and moves the parameters
  StepNumbers& numbers() { return numbers_; }
  void send_numbers() { numbers_.send(ctx_); }
  StepOutcome outcome_of(const StepNumbers::Arrived& numbers, const Batch& batch) const;
  // To metrics: the losses of all samples in their order; the samples of this rank's share.
  void add_losses(const StepNumbers::Arrived& numbers, const Batch& batch, Metrics& metrics) const;
  void add_share(const StepNumbers::Arrived& numbers, const Batch& batch, Metrics& metrics) const;
  void resume_updates() { ctx_.zero(numbers_.halted); }

  // What a loss that is not finite comes from, and what to do, for its message: the pictures, a
  // parameter, or the first layer whose output is not finite. Runs forward once more. `own`: looks
  // into this rank's samples only.
  struct Origin {
    bool found = false;  // else it is the loss itself
    std::string text;
  };
  Origin origin_of_loss(const Batch& batch, bool own = false);
  // The same for placed ranks, all together: the first layer's index in the whole net.
  std::optional<size_t> first_layer_not_finite(const Batch& batch);
  // The parameter whose gradient is the first on the way back that is not finite.
  std::string origin_of_gradients();

  Sgd& optimizer() { return sgd_; }
  Execution& execution() { return execution_; }  // of one part of the batch
  size_t planned_bytes() const;

 private:
  // Parts that all ranks cut a batch into, and the first of this one's.
  int64_t parts() const { return options_.accumulate * (share_.placed ? 1 : share_.ranks); }
  int64_t first_part() const { return share_.placed ? 0 : options_.accumulate * share_.rank; }
  bool is_hybrid() const {
    return share_.placed && share_.placed->placement() == Placement::hybrid;
  }
  // Of a part with so many rows, those that this rank has.
  RowShare rows_of_part() const;
  ExecutionOptions execution_options(int64_t batch) const;
  void sum_squares();
  // Rows [begin, end) of a batch, as the net takes them.
  struct Part {
    Tensor images, labels;
    BatchPosition position;
  };

  // How a batch is cut into pieces that are computed one after the other: into parts, or, where
  // parts would not be equal and their shards so not the batch's, into its shards.
  struct Cut {
    int64_t pieces, first, count;  // of all ranks; this one's
    int shards;                    // of each piece
  };
  Cut cut_of(const Batch& batch) const;
  Cut into_parts() const { return {parts(), first_part(), options_.accumulate, shards_}; }
  GradientAccumulator& accumulator_for(const Cut& cut);
  // Piece `index` of so many.
  Part piece_of(const Batch& batch, int64_t index, int64_t pieces) const;
  void compute_pieces(const Batch& batch, const Cut& cut, const BucketReady& ready);
  float divisor_of(const Batch& batch) const;
  // `begin`: the part's first row in the batch; `divisor`: of the whole batch's losses.
  void compute(const Part& part, int64_t begin, float divisor, const Execution::PartDone& done);
  void take_formula(const Batch& batch);
  // Empty when there is none in parts [first, end).
  std::string first_non_finite(const Batch& batch, int64_t first, int64_t end);

  Net& net_;
  Context& ctx_;
  const TrainOptions& options_;
  RankShare share_;
  Sgd sgd_;
  Execution execution_;
  GradientAccumulator accumulator_;
  std::optional<GradientAccumulator> shard_accumulator_;  // when a batch is cut into shards
  int shards_;                                            // of a part
  Tensor class_weights_, class_weights_there_;            // on the host, on the context's device
  StepNumbers numbers_;
  std::vector<int64_t> buckets_;
  std::shared_ptr<const PixelFormula> formula_;  // of the batches; null: they hold floats
};

}  // namespace fovea
