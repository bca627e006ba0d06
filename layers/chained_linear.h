// SPDX-License-Identifier: Apache-2.0
// A rank's outputs of a linear layer whose input all ranks have. The input's gradient is a chain
// over all outputs (docs/numerics.md): each rank goes on with the sums of the rank before, so that
// they have the bits of one device, and the last one gives them to all.
#pragma once

#include "output_part.h"

namespace fovea {

class ChainedLinear final : public OutputPart {
 public:
  using OutputPart::OutputPart;

  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override {
    return part().workspace(ctx, inputs);
  }
  int64_t sent(Pass pass, const Shape& x) const override;

 private:
  void input_gradient(Context& ctx, const BackwardArgs& args, Tensor& dx) const override;
  bool is_last() const { return rank() + 1 == ranks(); }
};

}  // namespace fovea
