// SPDX-License-Identifier: Apache-2.0
#include "part_evaluator.h"

#include <fovea/kernels/softmax.h>

#include <algorithm>
#include <span>

namespace fovea {

PartEvaluator::PartEvaluator(Execution& execution, Context& ctx, const RowShare& share)
    : execution_(execution),
      ctx_(ctx),
      share_(share),
      host_({.threads = 1}),
      losses_there_({execution.whole_batch()}, DType::f32, ctx.device()),
      labels_there_({execution.whole_batch()}, DType::i32, ctx.device()),
      ranks_({execution.whole_batch()}, DType::i32) {}

void PartEvaluator::run(const Batch& batch, int64_t begin, int64_t end, const Tensor& losses,
                        const Tensor& ranks, EvaluationObserver* observer) {
  for (int64_t at = begin; at < end; at += execution_.whole_batch())
    run_at_once(batch, at, std::min(end, at + execution_.whole_batch()), losses, ranks, observer);
}

Tensor PartEvaluator::logits_of(const Batch& batch, int64_t begin, int64_t end) {
  const int64_t n = end - begin, first = share_.begin(n), last = share_.end(n);
  const Tensor images = batch.images.rows(begin + first, begin + last)
                            .reshaped(execution_.input_shape().with_batch(last - first));
  if (share_.is_all()) return execution_.forward(images);
  const auto whole = std::span<const uint32_t>(batch.samples)
                         .subspan(static_cast<size_t>(begin), static_cast<size_t>(n));
  return execution_.forward(images, {.whole = whole});
}

void PartEvaluator::run_at_once(const Batch& batch, int64_t begin, int64_t end,
                                const Tensor& losses, const Tensor& ranks,
                                EvaluationObserver* observer) {
  const int64_t n = end - begin;
  const Tensor images = batch.images.rows(begin, end), labels = batch.labels.rows(begin, end);
  const Tensor output = logits_of(batch, begin, end);
  check_labels(labels, output.shape()[1]);
  const Tensor labels_there = labels_there_.rows(0, n);
  labels_there.copy_from(labels);
  Tensor there = losses_there_.rows(0, n), no_gradient;
  softmax_cross_entropy(ctx_, {}, output, labels_there, there, no_gradient);
  const Tensor logits = output.to(Device::cpu()), part = losses.rows(begin, end);
  part.copy_from(there);
  Tensor label_ranks_here = ranks_.rows(0, n);
  label_ranks(host_, logits, labels, label_ranks_here);
  std::ranges::copy(label_ranks_here.span<int32_t>(), ranks.data<float>() + begin);
  if (!observer) return;
  const auto samples =
      std::span(batch.samples).subspan(static_cast<size_t>(begin), static_cast<size_t>(n));
  observer->on_batch({images, labels, logits, part, samples});
}

}  // namespace fovea
