// SPDX-License-Identifier: Apache-2.0
// LRN across channels and the max pooling after it as one step, which saves a trip to memory. Made
// by fusion only.
#pragma once

#include <fovea/kernels/lrn.h>
#include <fovea/layers/layer.h>

namespace fovea {

class LrnMaxPool2dLayer final : public Layer {
 public:
  LrnMaxPool2dLayer(const LrnParams& lrn, const Pool2dParams& pool) : lrn_(lrn), pool_(pool) {}

  Shape output_shape(std::span<const Shape> inputs) const override;
  std::vector<SavedSpec> saved(std::span<const Shape> inputs) const override;
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  LayerTraits traits() const override { return {.relu_input_gradient = true}; }
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  LrnParams lrn_;
  Pool2dParams pool_;
};

}  // namespace fovea
