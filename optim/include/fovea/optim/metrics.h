// SPDX-License-Identifier: Apache-2.0
// Loss and top-k accuracy, summed over batches exactly: counts are integers, losses double sums in
// sample order.
#pragma once

#include <fovea/core/tensor.h>

#include <cstdint>
#include <span>

namespace FOVEA_API fovea {

struct Metrics {
  int64_t samples = 0;
  int64_t top1 = 0, top5 = 0;  // samples whose label is among the k largest logits
  double loss_sum = 0;

  double loss() const { return loss_sum / static_cast<double>(samples); }
  double top1_share() const { return static_cast<double>(top1) / static_cast<double>(samples); }
  double top5_share() const { return static_cast<double>(top5) / static_cast<double>(samples); }

  // Adds a batch. logits (n, classes) f32, labels (n) i32, losses (n) f32; a label's rank is that
  // of label_ranks() (kernels/softmax.h). Losses are multiplied by `scale`: for those with class
  // weights, the batch's samples over its sum of weights, so that loss() is the mean of the
  // batches' losses.
  void add(const Tensor& logits, const Tensor& labels, const Tensor& losses, double scale = 1);
  // Adds samples by their labels' ranks, without losses.
  void add_ranks(std::span<const int32_t> ranks);
};

}  // namespace fovea
