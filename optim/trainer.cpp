// SPDX-License-Identifier: Apache-2.0
#include "divergence.h"
#include "memory_check.h"
#include "placed_ranks.h"
#include "train_ranks.h"
#include "validation.h"

#include <fovea/core/error.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/trainer.h>

#include <algorithm>

namespace fovea {

namespace {

// Ends a validation when the run is to end.
class StopWith final : public EvaluationObserver {
 public:
  explicit StopWith(TrainObserver& observer) : observer_(observer) {}
  bool should_stop() override { return observer_.should_stop(); }

 private:
  TrainObserver& observer_;
};

// Empty without class weights.
Tensor weights_of(const TrainOptions& options, const BatchSource& train, const Net& net) {
  if (!options.class_weights) return {};
  return make_class_weights(*options.class_weights, train.class_sizes(), net.output_shape()[1]);
}

// One rank has nobody to share with, whatever the placement.
bool is_placed(const TrainOptions& options, const Team& team) {
  return options.placement != Placement::data && team.ranks() > 1;
}

std::unique_ptr<RankTeam> make_ranks(Net& net, Context& ctx, const TrainOptions& options,
                                     int64_t batch, const Tensor& class_weights, const Team& team) {
  if (is_placed(options, team))
    return std::make_unique<PlacedRanks>(net, ctx, options, batch, class_weights, team);
  check_memory(net, ctx, options, batch, team);
  return std::make_unique<TrainRanks>(net, ctx, options, batch, class_weights, team);
}

}  // namespace

Trainer::Trainer(Net& net, Context& ctx, BatchSource& train, BatchSource* val,
                 const TrainOptions& options, const Team& team)
    : ctx_(ctx), train_(train), val_(val), options_(options), team_(team) {
  check_fit(net, train, "training");
  if (val) check_fit(net, *val, "validation");
  const int64_t batch = std::min(train.batch_size(), train.samples());
  ranks_ = make_ranks(net, ctx, options_, batch, weights_of(options_, train, net), team);
  if (!val) return;
  const bool placed = is_placed(options_, team);
  const int64_t parts = options.accumulate * (placed ? 1 : team.ranks());
  const int64_t rows = std::min({val->batch_size(), val->samples(), (batch + parts - 1) / parts});
  if (placed) {
    validation_ = std::make_unique<PlacedValidation>(*ranks_, options_.placement, team, rows);
  } else {
    validation_ = std::make_unique<SharedValidation>(*ranks_, team, rows);
  }
}

Trainer::~Trainer() = default;

Sgd& Trainer::optimizer() { return ranks_->optimizer(); }

bool Trainer::is_between_steps() const { return begun_.empty() && ranks_->has_state(); }

int64_t Trainer::steps() const {
  const int64_t all = options_.epochs * train_.batches();
  return options_.max_steps > 0 ? std::min(all, options_.max_steps) : all;
}

size_t Trainer::planned_bytes() const {
  return ranks_->first().planned_bytes() + (validation_ ? validation_->arena_bytes() : 0);
}

CommunicationTotals Trainer::communication() const {
  CommunicationTotals totals = ranks_->communication();
  totals.steps = steps_run_;
  totals.run_seconds = seconds_run_;
  return totals;
}

void Trainer::trace(TraceLog& log) { ranks_->trace(log); }

void Trainer::set_position(const TrainPosition& position) {
  position_ = position;
  if (position_.batch >= train_.batches())
    throw ArgumentError("trainer: the position is past the end of an epoch");
}

bool Trainer::at_end() const {
  const bool stopped =
      options_.early_stop > 0 && position_.epochs_since_best >= options_.early_stop;
  return position_.step >= steps() || stopped;
}

bool Trainer::run(TrainObserver& observer) {
  if (!close_epoch(observer)) return false;
  if (at_end()) return true;
  ranks_->share_state();
  if (options_.overfit_batch) {
    train_.seek(0, 0);
    train_.next(batches_[0]);
  } else {
    train_.seek(static_cast<uint32_t>(position_.epoch), position_.batch);
  }
  const Stopwatch watch;
  try {
    const bool finished = train(observer);
    seconds_run_ += watch.seconds();
    ranks_->collect_state();
    return finished;
  } catch (...) {
    settle();
    throw;
  }
}

// On a GPU a step is begun before the one before it is reported, unless somebody wants to look at
// what is there between the two.
bool Trainer::train(TrainObserver& observer) {
  while (true) {
    begin_step();
    const BegunStep& last = begun_.back();
    const bool closes = last.index + 1 == train_.batches() || last.step + 1 >= steps();
    const bool goes_on = !ctx_.device().is_cpu() && !options_.overfit_batch && !closes &&
                         !any_process(team_, observer.needs_state(last.step + 1));
    const bool collects =
        !ranks_->has_state() && !goes_on && any_process(team_, observer.needs_state(last.step + 1));
    while (begun_.size() > (goes_on ? 1 : 0)) {
      const StepReport report = finish_step();
      if (collects) ranks_->collect_state();
      observer.on_step(report);
    }
    if (begun_.empty()) {
      if (!close_epoch(observer)) return false;
      if (at_end()) return true;
    }
    if (!any_process(team_, observer.should_stop())) continue;
    while (!begun_.empty()) observer.on_step(finish_step());
    return false;
  }
}

Trainer::BegunStep Trainer::next_step() const {
  if (begun_.empty()) return {0, position_.step, position_.epoch, position_.batch, 0};
  const BegunStep& last = begun_.back();  // never that of an epoch
  return {1 - last.batch, last.step + 1, last.epoch, last.index + 1, 0};
}

void Trainer::begin_step() {
  BegunStep step = next_step();
  if (options_.overfit_batch) {
    step.batch = 0;
    // Masks that stayed the same would tell the pictures apart.
    batches_[0].epoch = static_cast<uint32_t>(step.step);
  } else {
    train_.next(batches_[step.batch]);
  }
  step.lr = scheduled(step);
  ranks_->begin(batches_[step.batch], {step.lr, step.step, step.epoch});
  begun_.push_back(step);
}

StepReport Trainer::finish_step() {
  const BegunStep step = begun_.front();
  const Batch& batch = batches_[step.batch];
  begun_.pop_front();
  Metrics epoch_so_far = position_.epoch_so_far;
  const StepOutcome outcome = ranks_->finish(batch, epoch_so_far);
  if (!outcome.is_finite()) end_diverged(step, outcome);
  steps_run_++;
  position_.epoch_so_far = epoch_so_far;
  position_.last_loss = outcome.loss;
  position_.step = step.step + 1;
  position_.batch = step.index + 1 == train_.batches() ? 0 : step.index + 1;
  position_.epoch = step.epoch + (position_.batch == 0);
  return {position_.step,         steps(),      step.epoch, step.index + 1,        train_.batches(),
          batch.size(),           outcome.loss, step.lr,    outcome.gradient_norm, epoch_so_far,
          train_.seconds_waited()};
}

// What was begun afterwards has not moved the weights; its numbers do not matter.
void Trainer::end_diverged(const BegunStep& step, const StepOutcome& outcome) {
  for (; !begun_.empty(); begun_.pop_front()) {
    Metrics ignored;
    ranks_->finish(batches_[begun_.front().batch], ignored);
  }
  const Batch& batch = batches_[step.batch];
  ranks_->recover(batch);
  throw_diverged(ranks_->origins_of_divergence(batch), outcome, step.step, position_.last_loss);
}

void Trainer::settle() noexcept {
  try {
    while (!begun_.empty()) finish_step();
  } catch (...) {  // an error is on its way already
    begun_.clear();
  }
}

float Trainer::scheduled(const BegunStep& step) const {
  const SchedulePosition at{step.step,       steps(),          step.epoch,
                            options_.epochs, train_.batches(), position_.plateau.drops};
  return scheduled_lr(options_.lr_schedule, options_.warmup, options_.sgd().lr, at);
}

bool Trainer::close_epoch(TrainObserver& observer) {
  if (!position_.epoch_is_open()) return true;
  EpochReport report{position_.epoch - 1, position_.step, position_.epoch_so_far, std::nullopt,
                     true};
  if (val_) {
    StopWith stop(observer);
    report.val = validation_->run(*val_, &stop);
    if (report.val->samples < val_->samples()) return false;
    report.best = !position_.best_top1 || report.val->top1_share() > *position_.best_top1;
    if (report.best) position_.best_top1 = report.val->top1_share();
    position_.epochs_since_best = report.best ? 0 : position_.epochs_since_best + 1;
    if (const auto* plateau = std::get_if<PlateauSchedule>(&options_.lr_schedule)) {
      position_.plateau.observe(*plateau, 1 - report.val->top1_share());
    }
  }
  ranks_->collect_state();
  position_.epoch_so_far = {};
  observer.on_epoch(report);
  return true;
}

}  // namespace fovea
