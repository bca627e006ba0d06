// SPDX-License-Identifier: Apache-2.0
#include "train_step.h"

#include <fovea/kernels/clip.h>
#include <fovea/kernels/elementwise.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace fovea {

TrainStep::TrainStep(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
                     Tensor class_weights)
    : net_(net),
      ctx_(ctx),
      options_(options),
      sgd_(net, options.sgd()),
      execution_(Execution::training(
          net, ctx, {.batch = (batch + options.accumulate - 1) / options.accumulate})),
      accumulator_(net.gradients(), options.accumulate),
      class_weights_(std::move(class_weights)),
      class_weights_there_(class_weights_.to(ctx.device())),
      losses_(Shape{batch}, DType::f32, ctx.device()) {}

float TrainStep::gradients(const Batch& batch, Metrics& metrics) {
  const float divisor = loss_divisor({.class_weights = class_weights_}, batch.labels);
  for (int64_t i = 0, begin = 0; i < options_.accumulate; i++) {
    const Part part = part_of(batch, i);
    if (part.images.empty()) {  // of a last batch with fewer rows than parts
      net_.gradients().zero();
    } else {
      compute(part, begin, batch, divisor, metrics);
      begin += part.images.shape()[0];
    }
    accumulator_.add_part(ctx_, i);
  }
  return sum(ctx_, losses_.rows(0, batch.size())) / divisor;
}

TrainStep::Part TrainStep::part_of(const Batch& batch, int64_t index) const {
  const int64_t n = batch.size(), parts = options_.accumulate;
  const int64_t begin = n * index / parts, end = n * (index + 1) / parts;
  if (begin == end) return {};
  const auto samples =
      std::span(batch.keys).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  return {batch.images.rows(begin, end).reshaped(net_.input_shape().with_batch(end - begin)),
          batch.labels.rows(begin, end),
          {batch.epoch, samples}};
}

void TrainStep::compute(const Part& part, int64_t begin, const Batch& batch, float divisor,
                        Metrics& metrics) {
  const auto result =
      execution_.train_step(part.images, part.labels, part.position,
                            {options_.label_smoothing, divisor, class_weights_there_});
  metrics.add(result.logits, part.labels, result.losses,
              static_cast<double>(batch.size()) / divisor);
  losses_.rows(begin, begin + part.images.shape()[0]).copy_from(result.losses);
}

double TrainStep::gradient_norm() { return std::sqrt(sum_of_squares(ctx_, net_.gradients())); }

void TrainStep::update(float lr, double norm, int64_t step, int64_t epoch) {
  Tensor gradients = net_.gradients();
  clip_gradients(ctx_, options_.clip, norm, gradients);
  sgd_.set_lr(lr);
  sgd_.step(ctx_, step, epoch);
}

bool TrainStep::finite(const Tensor& tensor) {
  return std::isfinite(sum_of_squares(ctx_, tensor.to(ctx_.device())));
}

std::string TrainStep::origin_of_loss(const Batch& batch) {
  if (!finite(batch.images)) return "the batch's pictures are not finite; check the training data";
  return "the first that is not finite is " + first_non_finite(batch) +
         "; lower train.optimizer.lr, or limit train.clip.norm";
}

std::string TrainStep::first_non_finite(const Batch& batch) {
  for (const Parameter& parameter : net_.parameters()) {
    if (!finite(net_.value(parameter))) return parameter.name;
  }
  for (int64_t i = 0; i < options_.accumulate; i++) {
    const Part part = part_of(batch, i);
    if (part.images.empty()) continue;
    if (const auto node = execution_.first_non_finite(part.images, part.position))
      return "the output of layer " + net_.nodes()[*node].name;
  }
  return "the loss itself";
}

std::string TrainStep::origin_of_gradients() {
  const auto& all = net_.parameters();
  const auto first = std::find_if(all.rbegin(), all.rend(), [&](const Parameter& parameter) {
    return !finite(net_.gradient(parameter));
  });
  return first == all.rend() ? "" : first->name;
}

size_t TrainStep::planned_bytes() const {
  return 3 * net_.values().bytes() + execution_.arena_bytes() + execution_.workspace_bytes() +
         accumulator_.bytes();
}

}  // namespace fovea
