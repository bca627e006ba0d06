// SPDX-License-Identifier: Apache-2.0
// A rank's filters of a convolution whose input all ranks have. The input's gradient is a chain
// over all filters in each pixel (docs/numerics.md), which no rank can do a part of: they gather
// the output's gradient and the filters, and have the bits of one device.
#pragma once

#include "exchange.h"

#include <fovea/layers/conv2d.h>

#include <memory>

namespace fovea {

class OrderedConv2d final : public ExchangeLayer {
 public:
  OrderedConv2d(const RankPlace& place, std::shared_ptr<const Conv2dLayer> part,
                std::shared_ptr<const Conv2dLayer> whole)
      : ExchangeLayer(place), part_(std::move(part)), whole_(std::move(whole)) {}

  Shape output_shape(std::span<const Shape> inputs) const override {
    return part_->output_shape(inputs);
  }
  std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override {
    return part_->parameters(inputs);
  }
  // The gradient of the whole output, and all filters.
  std::vector<SavedSpec> saved(std::span<const Shape> inputs) const override;
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  int64_t macs(std::span<const Shape> inputs) const override { return part_->macs(inputs); }
  LayerTraits traits() const override { return {.relu_epilogue = true}; }
  int64_t sent(Pass pass, const Shape& x) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override { part_->forward(ctx, args); }
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  std::shared_ptr<const Conv2dLayer> part_, whole_;
};

}  // namespace fovea
