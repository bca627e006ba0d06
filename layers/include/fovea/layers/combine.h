// SPDX-License-Identifier: Apache-2.0
// Layers of several inputs: elementwise sum, and concatenation of channels.
#pragma once

#include <fovea/core/config.h>
#include <fovea/layers/layer.h>

namespace FOVEA_API fovea {

// y = sum of two or more inputs of one shape, added in their order.
class AddLayer final : public Layer {
 public:
  AddLayer() = default;
  explicit AddLayer(const Config& config);

  Shape output_shape(std::span<const Shape> inputs) const override;
  LayerTraits traits() const override { return {.backward_needs_input = false}; }
  std::shared_ptr<const Layer> on_channels(const ChannelShare& share) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;
};

// Along the last axis; inputs are equal but for it.
class ConcatLayer final : public Layer {
 public:
  ConcatLayer() = default;
  explicit ConcatLayer(const Config& config);

  Shape output_shape(std::span<const Shape> inputs) const override;
  LayerTraits traits() const override { return {.backward_needs_input = false}; }
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;
};

}  // namespace fovea
