// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/context.h>
#include <fovea/kernels/softmax.h>
#include <fovea/optim/metrics.h>

namespace fovea {

void Metrics::add(const Tensor& logits_in, const Tensor& labels, const Tensor& losses_in,
                  double scale) {
  const Tensor logits = logits_in.to(Device::cpu()), losses = losses_in.to(Device::cpu());
  Context host({.threads = 1});
  Tensor ranks(Shape{logits.shape()[0]}, DType::i32);
  label_ranks(host, logits, labels, ranks);
  add_ranks(ranks.span<int32_t>());
  for (const float loss : losses.span<float>()) loss_sum += scale * double{loss};
}

void Metrics::add_ranks(std::span<const int32_t> ranks) {
  for (const int32_t rank : ranks) {
    top1 += rank < 1;
    top5 += rank < 5;
  }
  samples += std::ssize(ranks);
}

}  // namespace fovea
