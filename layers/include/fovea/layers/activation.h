// SPDX-License-Identifier: Apache-2.0
// Pointwise activations as layers: relu, tanh, sigmoid.
#pragma once

#include <fovea/core/config.h>
#include <fovea/kernels/activation.h>
#include <fovea/layers/layer.h>

namespace FOVEA_API fovea {

class ActivationLayer final : public UnaryLayer {
 public:
  explicit ActivationLayer(Activation kind) : kind_(kind) {}

  Activation kind() const { return kind_; }
  LayerTraits traits() const override;
  Shape output_shape(const Shape& x) const override { return x; }
  std::shared_ptr<const Layer> on_channels(const ChannelShare& share) const override;
  void forward(Context& ctx, const Tensor& x, Tensor& y, Saved& saved) const override;
  void backward(Context& ctx, const Tensor& x, const Tensor& y, const Tensor& dy, Tensor& dx,
                const Saved& saved) const override;

 private:
  Activation kind_;
};

}  // namespace fovea
