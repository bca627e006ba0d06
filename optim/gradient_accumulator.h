// SPDX-License-Identifier: Apache-2.0
// Adds the gradients of a batch's parts as one batch's shards are added: pairwise, neighbours first
// (docs/numerics.md).
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

#include <vector>

namespace fovea {

class GradientAccumulator {
 public:
  // For `parts` parts. `gradients` is where each part's come, and where the sum ends.
  GradientAccumulator(const Tensor& gradients, int64_t parts);

  // Call after each part, in order; after the last, the gradients are the sum.
  void add_part(Context& ctx, int64_t part) { add_part(ctx, part, 0, gradients_.elements()); }
  // The same for elements [begin, end), for callers that go through all of them range by range.
  void add_part(Context& ctx, int64_t part, int64_t begin, int64_t end);
  size_t bytes() const;
  // Copies of the gradients that it keeps for so many parts.
  static size_t copies(int64_t parts);

 private:
  Tensor gradients_;
  int64_t parts_;
  std::vector<Tensor> levels_;  // levels_[i]: the sum of 2^i neighbours that wait for their sibling
};

}  // namespace fovea
