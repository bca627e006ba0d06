// SPDX-License-Identifier: Apache-2.0
#include "lrn_max_pool2d.h"

namespace fovea {

Shape LrnMaxPool2dLayer::output_shape(std::span<const Shape> inputs) const {
  return pool2d_output_shape("maxpool2d", pool_, inputs[0]);
}

std::vector<SavedSpec> LrnMaxPool2dLayer::saved(std::span<const Shape> inputs) const {
  return {{output_shape(inputs), max_pool2d_index_type(pool_)}};
}

size_t LrnMaxPool2dLayer::workspace(const Context& ctx, std::span<const Shape> inputs) const {
  return lrn_workspace(ctx, lrn_, &pool_, inputs[0]);
}

void LrnMaxPool2dLayer::forward(Context& ctx, const ForwardArgs& args) const {
  lrn_max_pool2d_forward(ctx, lrn_, pool_, args.inputs[0], args.output, args.saved.tensors[0]);
}

void LrnMaxPool2dLayer::backward(Context& ctx, const BackwardArgs& args) const {
  if (args.input_gradients[0].empty()) return;
  const Tensor relu_output = args.relu_input ? args.inputs[0] : Tensor();
  lrn_max_pool2d_backward(ctx, lrn_, pool_, args.inputs[0], args.saved.tensors[0],
                          args.output_gradient, relu_output, args.input_gradients[0]);
}

}  // namespace fovea
