// SPDX-License-Identifier: Apache-2.0
#include "layer_config.h"

#include <fovea/core/error.h>
#include <fovea/layers/lrn.h>

namespace fovea {

template <>
inline constexpr auto kEnumNames<LrnParams::AlphaMode> =
    std::to_array<EnumName<LrnParams::AlphaMode>>({{"mean", LrnParams::AlphaMode::mean},
                                                   {"sum", LrnParams::AlphaMode::sum}});
template <>
inline constexpr auto kEnumNames<LrnParams::Region> = std::to_array<EnumName<LrnParams::Region>>(
    {{"across_channels", LrnParams::Region::across_channels},
     {"within_map", LrnParams::Region::within_map}});

Fields<LrnParams> LrnLayer::fields() {
  using O = LrnParams;
  return Fields<O>("lrn", "Local response normalisation: x (k + a sum x^2)^-beta")
      .field("size", &O::size, "channels in a window, or its side in pixels", at_least(1))
      .field("alpha", &O::alpha, "a, or a times the cells of a window; see alpha_mode")
      .field("beta", &O::beta, "exponent")
      .field("k", &O::k, "added to the sum", above(0))
      .field("alpha_mode", &O::alpha_mode,
             "mean: a = alpha / cells (PyTorch, Caffe, ONNX); sum: a = alpha (the paper)")
      .field("region", &O::region,
             "across_channels, or within_map: size x size pixels of one channel")
      .field("groups", &O::groups, "groups of channels that windows do not cross", at_least(1));
}

LrnLayer::LrnLayer(const Config& config) : params_(fields().read(config)) {}

Shape LrnLayer::output_shape(std::span<const Shape> inputs) const {
  const Shape& x = single_input("lrn", inputs);
  check_has_pixels("lrn", x);
  check_groups("lrn", params_.groups, x);
  return x;
}

size_t LrnLayer::workspace(const Context& ctx, std::span<const Shape> inputs) const {
  return lrn_workspace(ctx, params_, nullptr, inputs[0]);
}

std::shared_ptr<const Layer> LrnLayer::on_channels(const ChannelShare& share) const {
  if (params_.region == LrnParams::Region::within_map) return std::make_shared<LrnLayer>(*this);
  if (params_.groups % share.ranks != 0) {
    throw ArgumentError("lrn: its windows would cross from one of " + std::to_string(share.ranks) +
                        " ranks to another, as groups is " + std::to_string(params_.groups) +
                        "; make groups a multiple of the ranks, or take another placement");
  }
  LrnParams part = params_;
  part.groups /= share.ranks;
  return std::make_shared<LrnLayer>(part);
}

void LrnLayer::forward(Context& ctx, const ForwardArgs& args) const {
  lrn_forward(ctx, params_, args.inputs[0], args.output);
}

void LrnLayer::backward(Context& ctx, const BackwardArgs& args) const {
  if (args.input_gradients[0].empty()) return;
  const Tensor relu_output = args.relu_input ? args.inputs[0] : Tensor();
  lrn_backward(ctx, params_, args.inputs[0], args.output_gradient, relu_output,
               args.input_gradients[0]);
}

}  // namespace fovea
