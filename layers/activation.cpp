// SPDX-License-Identifier: Apache-2.0
#include <fovea/layers/activation.h>

namespace fovea {

LayerTraits ActivationLayer::traits() const {
  return {.in_place = true, .backward_needs_input = false, .backward_needs_output = true};
}

std::shared_ptr<const Layer> ActivationLayer::on_channels(const ChannelShare& /*share*/) const {
  return std::make_shared<ActivationLayer>(*this);
}

void ActivationLayer::forward(Context& ctx, const Tensor& x, Tensor& y, Saved& /*saved*/) const {
  activation_forward(ctx, kind_, x, y);
}

void ActivationLayer::backward(Context& ctx, const Tensor& /*x*/, const Tensor& y, const Tensor& dy,
                               Tensor& dx, const Saved& /*saved*/) const {
  activation_backward(ctx, kind_, y, dy, dx);
}

}  // namespace fovea
