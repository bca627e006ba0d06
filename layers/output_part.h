// SPDX-License-Identifier: Apache-2.0
// A rank's outputs of a layer whose input all ranks have: what a layer is that computes a part of
// the outputs, but for the gradient of the input, which takes all ranks.
#pragma once

#include "exchange.h"

#include <memory>
#include <utility>

namespace fovea {

class OutputPart : public ExchangeLayer {
 public:
  OutputPart(const RankPlace& place, std::shared_ptr<const Layer> part)
      : ExchangeLayer(place), part_(std::move(part)) {}

  Shape output_shape(std::span<const Shape> inputs) const override {
    return part_->output_shape(inputs);
  }
  std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override {
    return part_->parameters(inputs);
  }
  int64_t macs(std::span<const Shape> inputs) const override { return part_->macs(inputs); }
  LayerTraits traits() const override { return {.relu_epilogue = true}; }
  void forward(Context& ctx, const ForwardArgs& args) const override { part_->forward(ctx, args); }
  void backward(Context& ctx, const BackwardArgs& args) const override {
    Tensor none;
    part_->backward(ctx, {args.inputs, args.parameters, args.output, args.output_gradient,
                          std::span<Tensor>(&none, 1), args.parameter_gradients, args.saved});
    Tensor& dx = args.input_gradients[0];
    if (!dx.empty()) input_gradient(ctx, args, dx);
  }

 protected:
  const Layer& part() const { return *part_; }
  // dx is to be overwritten.
  virtual void input_gradient(Context& ctx, const BackwardArgs& args, Tensor& dx) const = 0;

 private:
  std::shared_ptr<const Layer> part_;
};

}  // namespace fovea
