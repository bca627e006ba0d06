// SPDX-License-Identifier: Apache-2.0
// The training loop: batches in, updated weights out, validation after each epoch.
#pragma once

#include <fovea/core/context.h>
#include <fovea/data/batch_source.h>
#include <fovea/layers/net.h>
#include <fovea/optim/communication.h>
#include <fovea/optim/metrics.h>
#include <fovea/optim/sgd.h>
#include <fovea/optim/team.h>
#include <fovea/optim/trace_log.h>
#include <fovea/optim/train_options.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace FOVEA_API fovea {

// Where a run stands between two steps: with the weights and momenta, all that resuming needs.
struct TrainPosition {
  int64_t step = 0;                 // steps done
  int64_t epoch = 0;                // of the next batch
  int64_t batch = 0;                // its index in the epoch
  Metrics epoch_so_far;             // of the batches done in this epoch
  std::optional<float> last_loss;   // of the last step
  std::optional<double> best_top1;  // best validation result so far
  int64_t epochs_since_best = 0;
  PlateauState plateau;

  // Whether all batches of the epoch before are done, but it is still to be validated and reported.
  bool epoch_is_open() const { return batch == 0 && epoch_so_far.samples > 0; }
  int64_t epochs_closed() const { return epoch - (epoch_is_open() ? 1 : 0); }
};

struct StepReport {
  int64_t step = 0, steps = 0;  // done, and of the whole run
  int64_t epoch = 0;
  int64_t batch = 0, batches = 0;  // done in this epoch, and in all
  int64_t samples = 0;             // in this batch
  float loss = 0, lr = 0;
  double gradient_norm = 0;  // the 2-norm of all gradients, before clipping
  Metrics epoch_so_far;
  double seconds_waited = 0;  // for data, since the run's start
};

struct EpochReport {
  int64_t epoch = 0, step = 0;  // done; steps since the run's start
  Metrics train;
  std::optional<Metrics> val;
  bool best = false;  // val is the best top-1 so far; without validation every epoch is
};

// Called between steps, in their order; may throw, which ends the run.
class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  // Whether on_step(), or should_stop() after it, of this step (the number of steps done then)
  // looks at weights, gradients or velocities. When no observer does, a GPU is given the next step
  // before the report of this one, and they are then of a later step.
  virtual bool needs_state(int64_t /*step*/) { return true; }
  virtual void on_step(const StepReport& /*report*/) {}
  virtual void on_epoch(const EpochReport& /*report*/) {}
  // Asked after each step and while validating: true ends the run in good order.
  virtual bool should_stop() { return false; }
};

class RankTeam;
class Validation;
struct StepOutcome;

class Trainer {
 public:
  // `val` may be null. All must outlive the trainer; the context's seed must be the one the net was
  // made with, for runs that are to be repeatable, and its shards options.shards_per_part(). Plans
  // all memory. `team`: who shares each batch; the shards are then
  // options.shards_per_part(team.ranks()). Of several processes each has a trainer with equal
  // options, weights and position, and sources that read its share (LoaderOptions::share); all take
  // the same decisions. Throws ConfigError when options, sources and net do not fit together.
  Trainer(Net& net, Context& ctx, BatchSource& train, BatchSource* val, const TrainOptions& options,
          const Team& team = {});
  ~Trainer();

  // Trains from position() to the end, or until the observer stops it: true when the end was
  // reached. Throws DivergedError at the first loss or gradient that is not finite, with the layer
  // where it shows first; weights and position are then those before that step. With several
  // processes the observer of one stops all, and asks for the state for all.
  bool run(TrainObserver& observer);

  // Of the last step that was reported.
  const TrainPosition& position() const { return position_; }
  // Whether weights are of that position too: no later step has begun, and ranks that have parts of
  // the net have put them together, as they do for an observer that needs the state.
  bool is_between_steps() const;
  // Continues from there; the caller has put back weights and velocities.
  void set_position(const TrainPosition& position);

  Sgd& optimizer();
  int64_t steps() const;  // of the whole run
  // Weights, gradients, momenta, activations and workspace; what the data sources hold is theirs.
  size_t planned_bytes() const;
  int ranks() const { return team_.ranks(); }  // that share each batch
  // What the first rank of this process has said to others; nothing when it is alone.
  CommunicationTotals communication() const;
  // Tells `log`, which must outlive the trainer, what this process's ranks do from now on. For the
  // CPU: a GPU's work is not done when it is given.
  void trace(TraceLog& log);

 private:
  // A step that was begun and is not reported yet.
  struct BegunStep {
    size_t batch;                // in batches_
    int64_t step, epoch, index;  // done before it, its epoch, of its batch in that
    float lr;
  };

  bool train(TrainObserver& observer);
  void begin_step();
  // Waits for the oldest step begun, checks it, and makes it the position.
  StepReport finish_step();
  [[noreturn]] void end_diverged(const BegunStep& step, const StepOutcome& outcome);
  // Finishes all without reports, for a run that ends with an error.
  void settle() noexcept;
  // Of the next step to begin.
  BegunStep next_step() const;
  float scheduled(const BegunStep& step) const;
  // After an epoch's last step: validates and reports it. False when the observer stopped that,
  // which leaves the epoch to the next run().
  bool close_epoch(TrainObserver& observer);
  bool at_end() const;

  Context& ctx_;
  BatchSource& train_;
  BatchSource* val_;
  TrainOptions options_;
  std::unique_ptr<RankTeam> ranks_;
  Team team_;
  std::unique_ptr<Validation> validation_;
  TrainPosition position_;
  std::array<Batch, 2> batches_;  // of steps begun; the second one for a GPU only
  std::deque<BegunStep> begun_;
  int64_t steps_run_ = 0;  // by run(), and the seconds
  double seconds_run_ = 0;
};

}  // namespace fovea
