// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/trainer.h>

#include <algorithm>
#include <cmath>

namespace fovea {

template <>
inline constexpr auto kEnumNames<Numerics> =
    std::to_array<EnumName<Numerics>>({{"exact", Numerics::exact}, {"fast", Numerics::fast}});

Fields<TrainOptions> TrainOptions::fields() {
  using O = TrainOptions;
  return Fields<O>("train", "How the net is trained")
      .field("epochs", &O::epochs, "passes over the training data", at_least(1))
      .field("batch_size", &O::batch_size, "samples in a step", at_least(1))
      .field("max_steps", &O::max_steps, "end after so many steps; 0: no limit but the epochs",
             at_least(0))
      .field("label_smoothing", &O::label_smoothing, "share of each target spread over all classes",
             at_least(0) && below(1))
      .field("optimizer", &O::optimizer, "how gradients become steps")
      .field("lr_schedule", &O::lr_schedule, "how the learning rate changes")
      .field("shards", &O::shards,
             "parts of a batch whose gradients are summed apart, then in a tree", between(1, 64))
      .field("numerics", &O::numerics,
             "exact: the same bits on every machine; fast: the order of sums is free");
}

namespace {

void check_fit(const Net& net, const BatchSource& source, const char* what) {
  const Shape wanted = net.input_shape().sample();
  const Shape image = source.image();
  const bool flat = wanted.rank() == 1 && image.elements() == wanted.elements();
  if (image != wanted && !flat) {
    throw ConfigError(std::string(what) + " data has samples of " + image.to_string() +
                      ", the net takes " + wanted.to_string() + " (height, width, channels)");
  }
  const auto classes = static_cast<int64_t>(source.classes().size());
  if (net.output_shape().rank() != 2 || net.output_shape()[1] < classes) {
    throw ConfigError("the net's output is " + net.output_shape().sample().to_string() + ", the " +
                      what + " data has " + std::to_string(classes) +
                      " classes; make the last layer as wide");
  }
}

const SgdOptions& sgd_of(const TrainOptions& options) {
  return std::get<SgdOptions>(options.optimizer);
}

}  // namespace

Trainer::Trainer(Net& net, Context& ctx, BatchSource& train, BatchSource* val,
                 const TrainOptions& options)
    : net_(net),
      ctx_(ctx),
      train_(train),
      val_(val),
      options_(options),
      sgd_(net, sgd_of(options)),
      training_(
          Execution::training(net, ctx, {.batch = std::min(train.batch_size(), train.samples())})) {
  check_fit(net, train, "training");
  if (!val) return;
  check_fit(net, *val, "validation");
  validation_ =
      Execution::inference(net, ctx, {.batch = std::min(val->batch_size(), val->samples())});
}

int64_t Trainer::steps() const {
  const int64_t all = options_.epochs * train_.batches();
  return options_.max_steps > 0 ? std::min(all, options_.max_steps) : all;
}

size_t Trainer::planned_bytes() const {
  size_t bytes = 3 * net_.values().bytes() + training_.arena_bytes() + training_.workspace_bytes();
  if (validation_) bytes += validation_->arena_bytes();
  return bytes;
}

void Trainer::set_position(const TrainPosition& position) {
  position_ = position;
  if (position_.batch >= train_.batches())
    throw ArgumentError("trainer: the position is past the end of an epoch");
}

bool Trainer::run(TrainObserver& observer) {
  if (position_.step >= steps()) return true;
  train_.seek(static_cast<uint32_t>(position_.epoch), position_.batch);
  while (true) {
    step(observer);
    if (position_.batch == 0) end_epoch(observer);
    if (position_.step >= steps()) return true;
    if (observer.should_stop()) return false;
  }
}

void Trainer::step(TrainObserver& observer) {
  train_.next(batch_);
  const Tensor images = batch_.images.reshaped(net_.input_shape().with_batch(batch_.size()));
  const auto result = training_.train_step(images, batch_.labels, {batch_.epoch, batch_.samples},
                                           {options_.label_smoothing});
  if (!std::isfinite(result.loss)) {
    throw DivergedError("step " + std::to_string(position_.step + 1) + ": the loss is " +
                        std::to_string(result.loss) + " (before: " + std::to_string(last_loss_) +
                        "); lower train.optimizer.lr");
  }
  last_loss_ = result.loss;
  const SchedulePosition at{position_.step, steps(), position_.epoch};
  sgd_.set_lr(scheduled_lr(options_.lr_schedule, sgd_of(options_).lr, at));
  sgd_.step(ctx_);

  position_.epoch_so_far.add(result.logits, batch_.labels, result.losses);
  const int64_t epoch = position_.epoch, done = position_.batch + 1;
  position_.step++;
  position_.batch = done == train_.batches() ? 0 : done;
  position_.epoch += position_.batch == 0;
  observer.on_step({position_.step, steps(), epoch, done, train_.batches(), batch_.size(),
                    result.loss, sgd_.lr(), position_.epoch_so_far, train_.seconds_waited()});
}

void Trainer::end_epoch(TrainObserver& observer) {
  EpochReport report{position_.epoch - 1, position_.epoch_so_far, std::nullopt, true};
  if (val_) {
    report.val = evaluate(*validation_, ctx_, *val_);
    report.best = !position_.best_top1 || report.val->top1_share() > *position_.best_top1;
    if (report.best) position_.best_top1 = report.val->top1_share();
  }
  position_.epoch_so_far = {};
  observer.on_epoch(report);
}

}  // namespace fovea
