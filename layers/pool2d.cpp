// SPDX-License-Identifier: Apache-2.0
#include "layer_config.h"

#include <fovea/layers/pool2d.h>

namespace fovea {

Pool2dParams Pool2dOptions::params() const {
  return {kernel_size, stride.value_or(kernel_size), padding, rounding, count_include_pad};
}

namespace {

Fields<Pool2dOptions> pool_fields(const char* type, const char* doc) {
  using O = Pool2dOptions;
  return Fields<O>(type, doc)
      .required("kernel_size", &O::kernel_size, "extents of a window", at_least(1))
      .field("stride", &O::stride, "pixels from one window to the next; default kernel_size",
             at_least(1))
      .field("padding", &O::padding, "around the input; never counts as a maximum", at_least(0))
      .field("rounding", &O::rounding, "whether a last window that hangs over counts");
}

}  // namespace

Fields<Pool2dOptions> MaxPool2dLayer::fields() { return pool_fields("maxpool2d", "Max pooling"); }

Fields<Pool2dOptions> AvgPool2dLayer::fields() {
  return pool_fields("avgpool2d", "Average pooling")
      .field("count_include_pad", &Pool2dOptions::count_include_pad,
             "whether padding counts as cells of zero");
}

MaxPool2dLayer::MaxPool2dLayer(const Config& config) : params_(fields().read(config).params()) {}

Shape MaxPool2dLayer::output_shape(std::span<const Shape> inputs) const {
  const Shape& x = single_input("maxpool2d", inputs);
  check_has_pixels("maxpool2d", x);
  return pool2d_output_shape("maxpool2d", params_, x);
}

std::vector<SavedSpec> MaxPool2dLayer::saved(std::span<const Shape> inputs) const {
  return {{output_shape(inputs), max_pool2d_index_type(params_)}};
}

std::shared_ptr<const Layer> MaxPool2dLayer::on_channels(const ChannelShare& /*share*/) const {
  return std::make_shared<MaxPool2dLayer>(*this);
}

void MaxPool2dLayer::forward(Context& ctx, const ForwardArgs& args) const {
  max_pool2d_forward(ctx, params_, args.inputs[0], args.output, args.saved.tensors[0]);
}

void MaxPool2dLayer::backward(Context& ctx, const BackwardArgs& args) const {
  if (args.input_gradients[0].empty()) return;
  const Tensor relu_output = args.relu_input ? args.inputs[0] : Tensor();
  max_pool2d_backward(ctx, params_, args.saved.tensors[0], args.output_gradient, relu_output,
                      args.input_gradients[0]);
}

AvgPool2dLayer::AvgPool2dLayer(const Config& config) : params_(fields().read(config).params()) {}

Shape AvgPool2dLayer::output_shape(const Shape& x) const {
  check_has_pixels("avgpool2d", x);
  return pool2d_output_shape("avgpool2d", params_, x);
}

std::shared_ptr<const Layer> AvgPool2dLayer::on_channels(const ChannelShare& /*share*/) const {
  return std::make_shared<AvgPool2dLayer>(*this);
}

void AvgPool2dLayer::forward(Context& ctx, const Tensor& x, Tensor& y, Saved& /*saved*/) const {
  avg_pool2d_forward(ctx, params_, x, y);
}

void AvgPool2dLayer::backward(Context& ctx, const Tensor& /*x*/, const Tensor& /*y*/,
                              const Tensor& dy, Tensor& dx, const Saved& /*saved*/) const {
  avg_pool2d_backward(ctx, params_, dy, dx);
}

}  // namespace fovea
