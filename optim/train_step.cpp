// SPDX-License-Identifier: Apache-2.0
#include "train_step.h"

#include <fovea/kernels/elementwise.h>

#include <span>

namespace fovea {

TrainStep::TrainStep(Net& net, Context& ctx, const TrainOptions& options, int64_t batch)
    : net_(net),
      ctx_(ctx),
      options_(options),
      sgd_(net, options.sgd()),
      execution_(Execution::training(
          net, ctx, {.batch = (batch + options.accumulate - 1) / options.accumulate})),
      accumulator_(net.gradients(), options.accumulate),
      losses_(Shape{batch}) {}

float TrainStep::gradients(const Batch& batch, Metrics& metrics) {
  const int64_t n = batch.size(), parts = options_.accumulate;
  for (int64_t i = 0; i < parts; i++) part(batch, i, n * i / parts, n * (i + 1) / parts, metrics);
  return sum(ctx_, losses_.rows(0, n)) / static_cast<float>(n);
}

void TrainStep::part(const Batch& batch, int64_t index, int64_t begin, int64_t end,
                     Metrics& metrics) {
  if (begin == end) {  // of a last batch with fewer rows than parts
    net_.gradients().zero();
  } else {
    const Tensor images =
        batch.images.rows(begin, end).reshaped(net_.input_shape().with_batch(end - begin));
    const Tensor labels = batch.labels.rows(begin, end);
    const auto samples = std::span(batch.samples)
                             .subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
    const auto result = execution_.train_step(images, labels, {batch.epoch, samples},
                                              {options_.label_smoothing, batch.size()});
    metrics.add(result.logits, labels, result.losses);
    losses_.rows(begin, end).copy_from(result.losses);
  }
  accumulator_.add_part(ctx_, index);
}

void TrainStep::update(float lr, int64_t step, int64_t epoch) {
  Tensor gradients = net_.gradients();
  clip_gradients(ctx_, options_.clip, gradients);
  sgd_.set_lr(lr);
  sgd_.step(ctx_, step, epoch);
}

size_t TrainStep::planned_bytes() const {
  return 3 * net_.values().bytes() + execution_.arena_bytes() + execution_.workspace_bytes() +
         accumulator_.bytes();
}

}  // namespace fovea
