// SPDX-License-Identifier: Apache-2.0
#include "train_step.h"

#include <fovea/kernels/clip.h>
#include <fovea/kernels/elementwise.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace fovea {

TrainStep::TrainStep(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
                     Tensor class_weights, RankShare share)
    : net_(net),
      ctx_(ctx),
      options_(options),
      share_(share),
      sgd_(net, options.sgd()),
      execution_(Execution::training(net, ctx, {.batch = (batch + parts() - 1) / parts()})),
      accumulator_(net.gradients(), options.accumulate),
      class_weights_(std::move(class_weights)),
      class_weights_there_(class_weights_.to(ctx.device())),
      losses_(Shape{batch}, DType::f32, ctx.device()) {}

float TrainStep::divisor_of(const Batch& batch) const {
  return loss_divisor({.class_weights = class_weights_}, batch.labels);
}

float TrainStep::gradients(const Batch& batch, Metrics& metrics) {
  compute_gradients(batch, metrics);
  return loss(batch);
}

void TrainStep::compute_gradients(const Batch& batch, Metrics& metrics) {
  const float divisor = divisor_of(batch);
  for (int64_t i = 0; i < options_.accumulate; i++) {
    const int64_t index = first_part() + i;
    const Part part = part_of(batch, index);
    if (part.images.empty()) {  // of a last batch with fewer rows than parts
      net_.gradients().zero();
    } else {
      compute(part, first_row(batch, index), batch, divisor, metrics);
    }
    accumulator_.add_part(ctx_, i);
  }
}

void TrainStep::take_losses(const TrainStep& other, const Batch& batch) {
  const int64_t begin = first_row(batch, other.first_part());
  const int64_t end = first_row(batch, other.first_part() + options_.accumulate);
  if (begin < end) losses_.rows(begin, end).copy_from(other.losses_.rows(begin, end));
}

void TrainStep::add_losses(const Batch& batch, Metrics& metrics) const {
  const Tensor losses = losses_.rows(0, batch.size()).to(Device::cpu());
  const double scale = static_cast<double>(batch.size()) / divisor_of(batch);
  for (const float loss : losses.span<float>()) metrics.loss_sum += scale * double{loss};
}

float TrainStep::loss(const Batch& batch) {
  return sum(ctx_, losses_.rows(0, batch.size())) / divisor_of(batch);
}

int64_t TrainStep::first_row(const Batch& batch, int64_t part) const {
  return batch.size() * part / parts();
}

TrainStep::Part TrainStep::part_of(const Batch& batch, int64_t index) const {
  const int64_t begin = first_row(batch, index), end = first_row(batch, index + 1);
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
  for (int64_t i = 0; i < parts(); i++) {  // those of all ranks
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
