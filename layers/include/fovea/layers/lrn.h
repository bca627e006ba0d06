// SPDX-License-Identifier: Apache-2.0
// Local response normalisation as a layer; see kernels/lrn.h for the formula.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/kernels/lrn.h>
#include <fovea/layers/layer.h>

namespace FOVEA_API fovea {

class LrnLayer final : public Layer {
 public:
  explicit LrnLayer(const LrnParams& params) : params_(params) {}
  explicit LrnLayer(const Config& config);

  const LrnParams& params() const { return params_; }
  static Fields<LrnParams> fields();

  Shape output_shape(std::span<const Shape> inputs) const override;
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  LayerTraits traits() const override { return {.relu_input_gradient = true}; }
  std::shared_ptr<const Layer> on_channels(const ChannelShare& share) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  LrnParams params_;
};

}  // namespace fovea
