// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/metrics.h>

namespace fovea {

namespace {

int64_t rank_of(const float* logits, int64_t classes, int64_t label) {
  const float own = logits[label];
  if (own != own) return classes;
  int64_t rank = 0;
  for (int64_t c = 0; c < classes; c++) {
    const float other = logits[c];
    if (other > own || other != other || (other == own && c < label)) rank++;
  }
  return rank;
}

}  // namespace

void Metrics::add(const Tensor& logits_in, const Tensor& labels, const Tensor& losses_in,
                  double scale) {
  const Tensor logits = logits_in.to(Device::cpu()), losses = losses_in.to(Device::cpu());
  const int64_t n = logits.shape()[0], classes = logits.shape()[1];
  for (int64_t i = 0; i < n; i++) {
    const int64_t rank =
        rank_of(logits.data<float>() + i * classes, classes, labels.data<int32_t>()[i]);
    top1 += rank < 1;
    top5 += rank < 5;
    loss_sum += scale * double{losses.data<float>()[i]};
  }
  samples += n;
}

}  // namespace fovea
