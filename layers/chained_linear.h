// SPDX-License-Identifier: Apache-2.0
// A rank's outputs of a linear layer whose input all ranks have. The input's gradient is a chain
// over all outputs (docs/numerics.md): each rank goes on with the sums of the rank before, so that
// they have the bits of one device, and the last one gives them to all.
#pragma once

#include "exchange.h"

#include <fovea/layers/linear.h>

#include <memory>

namespace fovea {

class ChainedLinear final : public ExchangeLayer {
 public:
  ChainedLinear(const RankPlace& place, std::shared_ptr<const LinearLayer> part)
      : ExchangeLayer(place), part_(std::move(part)) {}

  Shape output_shape(std::span<const Shape> inputs) const override {
    return part_->output_shape(inputs);
  }
  std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override {
    return part_->parameters(inputs);
  }
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override {
    return part_->workspace(ctx, inputs);
  }
  int64_t macs(std::span<const Shape> inputs) const override { return part_->macs(inputs); }
  LayerTraits traits() const override { return {.relu_epilogue = true}; }
  int64_t sent(Pass pass, const Shape& x) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override { part_->forward(ctx, args); }
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  bool is_last() const { return rank() + 1 == ranks(); }

  std::shared_ptr<const LinearLayer> part_;
};

}  // namespace fovea
