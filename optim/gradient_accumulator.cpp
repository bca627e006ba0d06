// SPDX-License-Identifier: Apache-2.0
#include "gradient_accumulator.h"

#include <fovea/kernels/elementwise.h>

#include <bit>

namespace fovea {

GradientAccumulator::GradientAccumulator(const Tensor& gradients, int64_t parts)
    : gradients_(gradients), parts_(parts) {
  for (size_t i = 0; i < copies(parts); i++)
    levels_.emplace_back(gradients.shape(), DType::f32, gradients.device());
}

void GradientAccumulator::add_part(Context& ctx, int64_t part, int64_t begin, int64_t end) {
  const bool last = part + 1 == parts_;
  Tensor gradients = gradients_.rows(begin, end);
  const auto add_level = [&](size_t level) {
    add(ctx, levels_[level].rows(begin, end), gradients, gradients);
  };
  size_t level = 0;
  for (; part >> level & 1; level++) add_level(level);
  if (!last) {
    ctx.copy(gradients, levels_[level].rows(begin, end));
    return;
  }
  for (level++; part >> level; level++) {  // what is left of an incomplete tree
    if (part >> level & 1) add_level(level);
  }
}

size_t GradientAccumulator::copies(int64_t parts) {
  return static_cast<size_t>(std::bit_width(static_cast<uint64_t>(parts - 1)));
}

size_t GradientAccumulator::bytes() const { return levels_.size() * gradients_.bytes(); }

}  // namespace fovea
