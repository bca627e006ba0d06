// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/evaluate.h>

#include <algorithm>

namespace fovea {

Metrics evaluate(Execution& execution, Context& ctx, BatchSource& source) {
  Metrics metrics;
  Batch batch;
  const Tensor losses(Shape{execution.batch()});
  Tensor no_gradient;
  source.seek(0, 0);
  for (int64_t i = 0; i < source.batches(); i++) {
    source.next(batch);
    for (int64_t begin = 0; begin < batch.size(); begin += execution.batch()) {
      const int64_t end = std::min(batch.size(), begin + execution.batch());
      const Tensor x =
          batch.images.rows(begin, end).reshaped(execution.input_shape().with_batch(end - begin));
      const Tensor labels = batch.labels.rows(begin, end), logits = execution.forward(x);
      Tensor part = losses.rows(0, end - begin);
      softmax_cross_entropy(ctx, {}, logits, labels, part, no_gradient);
      metrics.add(logits, labels, part);
    }
  }
  return metrics;
}

}  // namespace fovea
