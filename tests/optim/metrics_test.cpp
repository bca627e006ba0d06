// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/metrics.h>

#include <catch2/catch.hpp>

#include <limits>

using fovea::Metrics;
using fovea::Tensor;

TEST_CASE("top-1 and top-5 count labels among the largest logits, ties go to the smaller index") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor logits =
      Tensor::from<float>({5, 7}, {9,   1, 2, 3, 4, 5, 6,    // label 0: rank 0
                                   0,   1, 2, 3, 4, 5, 6,    // label 2: rank 4
                                   0,   1, 2, 3, 4, 5, 6,    // label 1: rank 5
                                   1,   1, 1, 1, 1, 1, 1,    // label 1: rank 1
                                   nan, 8, 0, 0, 0, 0, 0});  // label 1: a NaN is before it
  const Tensor labels = Tensor::from<int32_t>({5}, {0, 2, 1, 1, 1});
  const Tensor losses = Tensor::from<float>({5}, {1, 2, 3, 4, 5});
  Metrics metrics;
  metrics.add(logits, labels, losses);
  CHECK(metrics.samples == 5);
  CHECK(metrics.top1 == 1);
  CHECK(metrics.top5 == 4);
  CHECK(metrics.loss() == 3);
  metrics.add(logits.rows(0, 1), labels.rows(0, 1), losses.rows(0, 1));
  CHECK(metrics.samples == 6);
  CHECK(metrics.top1_share() == 2.0 / 6);
}

TEST_CASE("with fewer than five classes every label is among the top five, but for a NaN") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor logits = Tensor::from<float>({2, 2}, {0, 1, nan, nan});
  Metrics metrics;
  metrics.add(logits, Tensor::from<int32_t>({2}, {0, 0}), Tensor::from<float>({2}, {0, 0}));
  CHECK(metrics.top5 == 2);
  CHECK(metrics.top1 == 0);
}
