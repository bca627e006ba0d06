// SPDX-License-Identifier: Apache-2.0
#include "layer_config.h"

#include <fovea/core/error.h>
#include <fovea/layers/conv2d.h>

namespace fovea {

Conv2dLayer::Conv2dLayer(const Conv2dOptions& options) : options_(options) {
  if (options.out_channels < 1) throw ArgumentError("conv2d: out_channels must be at least 1");
}

Fields<Conv2dOptions> Conv2dLayer::fields() {
  using O = Conv2dOptions;
  return Fields<O>("conv2d", "Convolution over height and width")
      .required("out_channels", &O::out_channels, "filters", at_least(1))
      .required("kernel_size", &O::kernel_size, "extents of a filter", at_least(1))
      .field("stride", &O::stride, "pixels from one window to the next", at_least(1))
      .field("padding", &O::padding, "zeros around the input", at_least(0))
      .field("dilation", &O::dilation, "pixels from one tap to the next", at_least(1))
      .field("groups", &O::groups, "groups of channels that do not see one another", at_least(1))
      .field("rounding", &O::rounding, "whether a last window that hangs over counts")
      .field("bias", &O::bias, "whether there is a bias")
      .field("init", &O::init, "first values of the parameters")
      .check([](const Config& config, const O& o) {
        if (o.out_channels % o.groups != 0) config.error("groups does not divide out_channels");
      });
}

Conv2dLayer::Conv2dLayer(const Config& config) : options_(fields().read(config)) {}

Conv2dParams Conv2dLayer::params(bool relu) const {
  return {options_.stride, options_.dilation, options_.padding,
          options_.groups, options_.rounding, relu};
}

Shape Conv2dLayer::weight_shape(const Shape& x) const {
  const Extent2d& kernel = options_.kernel_size;
  return {options_.out_channels, kernel.h, kernel.w, x[-1] / options_.groups};
}

Shape Conv2dLayer::output_shape(std::span<const Shape> inputs) const {
  const Shape& x = single_input("conv2d", inputs);
  check_has_pixels("conv2d", x);
  check_groups("conv2d", options_.groups, x);
  return conv2d_output_shape(params(false), x, weight_shape(x));
}

std::vector<ParameterSpec> Conv2dLayer::parameters(std::span<const Shape> inputs) const {
  const Shape weight = weight_shape(inputs[0]);
  const int64_t taps = weight[1] * weight[2];
  const Fan fan{taps * weight[3], taps * (options_.out_channels / options_.groups)};
  return weight_and_bias(weight, fan, options_.bias, options_.init);
}

size_t Conv2dLayer::workspace(const Context& ctx, std::span<const Shape> inputs) const {
  return conv2d_workspace(ctx, params(false), inputs[0], weight_shape(inputs[0]));
}

int64_t Conv2dLayer::macs(std::span<const Shape> inputs) const {
  return output_shape(inputs).elements() * weight_shape(inputs[0]).sample().elements();
}

std::shared_ptr<const Layer> Conv2dLayer::on_channels(const ChannelShare& share) const {
  if (options_.groups == 1) return nullptr;
  if (options_.groups % share.ranks != 0) {
    throw ArgumentError("conv2d: groups " + std::to_string(options_.groups) +
                        " cannot be divided over " + std::to_string(share.ranks) +
                        " ranks; take a number of ranks that divides groups, or another placement");
  }
  Conv2dOptions part = options_;
  part.groups /= share.ranks;
  part.out_channels /= share.ranks;
  return std::make_shared<Conv2dLayer>(part);
}

std::shared_ptr<const Layer> Conv2dLayer::by_output(const ChannelShare& share) const {
  if (options_.groups != 1 || options_.out_channels % share.ranks != 0) return nullptr;
  Conv2dOptions part = options_;
  part.out_channels /= share.ranks;
  return std::make_shared<Conv2dLayer>(part);
}

void Conv2dLayer::forward(Context& ctx, const ForwardArgs& args) const {
  const Tensor bias = options_.bias ? args.parameters[1] : Tensor();
  conv2d_forward(ctx, params(args.relu_output), args.inputs[0], args.weight(0), bias, args.output);
}

void Conv2dLayer::backward(Context& ctx, const BackwardArgs& args) const {
  Tensor no_bias;
  Tensor& db = options_.bias ? args.parameter_gradients[1] : no_bias;
  const Tensor& x = args.inputs[0];
  conv2d_weight_gradient(ctx, params(false), x, args.output_gradient, args.parameter_gradients[0],
                         db);
  if (args.input_gradients[0].empty()) return;
  conv2d_data_gradient(ctx, params(false), args.output_gradient, args.weight(0),
                       args.relu_input ? x : Tensor(), args.input_gradients[0]);
}

}  // namespace fovea
