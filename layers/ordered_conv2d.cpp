// SPDX-License-Identifier: Apache-2.0
#include "ordered_conv2d.h"

#include <algorithm>

namespace fovea {

std::vector<SavedSpec> OrderedConv2d::saved(std::span<const Shape> inputs) const {
  return {{whole_->output_shape(inputs)}, {whole_->weight_shape(inputs[0])}};
}

size_t OrderedConv2d::workspace(const Context& ctx, std::span<const Shape> inputs) const {
  return std::max(whole_->workspace(ctx, inputs), gather_workspace(whole_->output_shape(inputs)));
}

int64_t OrderedConv2d::sent(Pass pass, const Shape& x) const {
  if (pass == Pass::forward) return 0;
  const int64_t elements =
      whole_->output_shape(std::span(&x, 1)).elements() + whole_->weight_shape(x).elements();
  return gather_traffic(elements * static_cast<int64_t>(sizeof(float)), ranks());
}

void OrderedConv2d::input_gradient(Context& ctx, const BackwardArgs& args, Tensor& dx) const {
  const Tensor &dy = args.saved.tensors[0], &w = args.saved.tensors[1];
  gather_channels(ctx, args.output_gradient, args.output_gradient.shape()[-1], dy);
  communicator().all_gather(ctx, args.parameters[0], w);
  conv2d_data_gradient(ctx, whole_->params(false), dy, w, Tensor(), dx);
}

}  // namespace fovea
