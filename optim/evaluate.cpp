// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/evaluate.h>

#include <numeric>

namespace fovea {

Metrics evaluate(Execution& execution, Context& ctx, BatchSource& source) {
  Metrics metrics;
  Batch batch;
  Tensor losses(Shape{source.batch_size()});
  Tensor no_gradient;
  source.seek(0, 0);
  for (int64_t i = 0; i < source.batches(); i++) {
    source.next(batch);
    const Tensor logits = execution.forward(batch.images);
    Tensor batch_losses = losses.rows(0, batch.size());
    softmax_cross_entropy(ctx, {}, logits, batch.labels, batch_losses, no_gradient);
    metrics.add(logits, batch.labels, batch_losses);
  }
  return metrics;
}

}  // namespace fovea
