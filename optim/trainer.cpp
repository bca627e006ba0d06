// SPDX-License-Identifier: Apache-2.0
#include "train_step.h"

#include <fovea/core/error.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/trainer.h>

#include <algorithm>
#include <cmath>

namespace fovea {

Trainer::Trainer(Net& net, Context& ctx, BatchSource& train, BatchSource* val,
                 const TrainOptions& options)
    : net_(net), ctx_(ctx), train_(train), val_(val), options_(options) {
  check_fit(net, train, "training");
  if (val) check_fit(net, *val, "validation");
  const int64_t batch = std::min(train.batch_size(), train.samples());
  train_step_ = std::make_unique<TrainStep>(net, ctx, options_, batch);
  if (!val) return;
  const int64_t part = (batch + options.accumulate - 1) / options.accumulate;
  validation_ = Execution::inference(
      net, ctx, {.batch = std::min({val->batch_size(), val->samples(), part})});
}

Trainer::~Trainer() = default;

Sgd& Trainer::optimizer() { return train_step_->optimizer(); }

int64_t Trainer::steps() const {
  const int64_t all = options_.epochs * train_.batches();
  return options_.max_steps > 0 ? std::min(all, options_.max_steps) : all;
}

size_t Trainer::planned_bytes() const {
  return train_step_->planned_bytes() + (validation_ ? validation_->arena_bytes() : 0);
}

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
  if (at_end()) return true;
  if (options_.overfit_batch) {
    train_.seek(0, 0);
    train_.next(batch_);
  } else {
    train_.seek(static_cast<uint32_t>(position_.epoch), position_.batch);
  }
  while (true) {
    step(observer);
    if (position_.batch == 0) end_epoch(observer);
    if (at_end()) return true;
    if (observer.should_stop()) return false;
  }
}

void Trainer::step(TrainObserver& observer) {
  if (!options_.overfit_batch) train_.next(batch_);
  const float loss = train_step_->gradients(batch_, position_.epoch_so_far);
  if (!std::isfinite(loss)) {
    throw DivergedError("step " + std::to_string(position_.step + 1) + ": the loss is " +
                        std::to_string(loss) + " (before: " + std::to_string(last_loss_) +
                        "); lower train.optimizer.lr");
  }
  last_loss_ = loss;
  const float lr = scheduled();
  train_step_->update(lr, position_.step, position_.epoch);

  const int64_t epoch = position_.epoch, done = position_.batch + 1;
  advance();
  observer.on_step({position_.step, steps(), epoch, done, train_.batches(), batch_.size(), loss, lr,
                    position_.epoch_so_far, train_.seconds_waited()});
}

void Trainer::advance() {
  position_.step++;
  position_.batch = position_.batch + 1 == train_.batches() ? 0 : position_.batch + 1;
  position_.epoch += position_.batch == 0;
}

float Trainer::scheduled() const {
  const SchedulePosition at{position_.step,  steps(),          position_.epoch,
                            options_.epochs, train_.batches(), position_.plateau.drops};
  return scheduled_lr(options_.lr_schedule, options_.warmup, options_.sgd().lr, at);
}

void Trainer::end_epoch(TrainObserver& observer) {
  EpochReport report{position_.epoch - 1, position_.step, position_.epoch_so_far, std::nullopt,
                     true};
  if (val_) {
    report.val = evaluate(*validation_, ctx_, *val_);
    report.best = !position_.best_top1 || report.val->top1_share() > *position_.best_top1;
    if (report.best) position_.best_top1 = report.val->top1_share();
    position_.epochs_since_best = report.best ? 0 : position_.epochs_since_best + 1;
    if (const auto* plateau = std::get_if<PlateauSchedule>(&options_.lr_schedule)) {
      position_.plateau.observe(*plateau, 1 - report.val->top1_share());
    }
  }
  position_.epoch_so_far = {};
  observer.on_epoch(report);
}

}  // namespace fovea
