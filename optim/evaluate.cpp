// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/evaluate.h>

#include <algorithm>
#include <string>

namespace fovea {

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

int64_t picture_channels(const Net& net) {
  const Shape& input = net.input_shape();
  return input.rank() == 4 && input[3] == 1 ? 1 : 3;
}

Metrics evaluate(Execution& execution, Context& ctx, BatchSource& source,
                 EvaluationObserver* observer) {
  Metrics metrics;
  Batch batch;
  const Tensor losses(Shape{execution.batch()}, DType::f32, ctx.device());
  const Tensor truth(Shape{execution.batch()}, DType::i32, ctx.device());
  Tensor no_gradient;
  source.seek(0, 0);
  for (int64_t i = 0; i < source.batches(); i++) {
    if (i > 0 && observer && observer->should_stop()) break;
    source.next(batch);
    for (int64_t begin = 0; begin < batch.size(); begin += execution.batch()) {
      const int64_t end = std::min(batch.size(), begin + execution.batch());
      const Tensor images = batch.images.rows(begin, end);
      const Tensor x = images.reshaped(execution.input_shape().with_batch(end - begin));
      const Tensor labels = batch.labels.rows(begin, end), output = execution.forward(x);
      Tensor there = losses.rows(0, end - begin);
      check_labels(labels, output.shape()[1]);
      const Tensor labels_there = truth.rows(0, end - begin);
      labels_there.copy_from(labels);
      softmax_cross_entropy(ctx, {}, output, labels_there, there, no_gradient);
      const Tensor logits = output.to(Device::cpu()), part = there.to(Device::cpu());
      metrics.add(logits, labels, part);
      if (!observer) continue;
      const auto samples =
          std::span(batch.samples)
              .subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
      observer->on_batch({images, labels, logits, part, samples});
    }
  }
  return metrics;
}

}  // namespace fovea
