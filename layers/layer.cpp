// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/layers/layer.h>

namespace fovea {

Shape UnaryLayer::output_shape(std::span<const Shape> inputs) const {
  if (inputs.size() != 1)
    throw ArgumentError("takes one input, got " + std::to_string(inputs.size()));
  return output_shape(inputs[0]);
}

void UnaryLayer::forward(Context& ctx, const ForwardArgs& args) const {
  forward(ctx, args.inputs[0], args.output, args.saved);
}

void UnaryLayer::backward(Context& ctx, const BackwardArgs& args) const {
  if (args.input_gradients[0].empty()) return;
  backward(ctx, args.inputs[0], args.output, args.output_gradient, args.input_gradients[0],
           args.saved);
}

}  // namespace fovea
