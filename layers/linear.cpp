// SPDX-License-Identifier: Apache-2.0
#include "layer_config.h"

#include <fovea/core/error.h>
#include <fovea/layers/linear.h>

namespace fovea {

LinearLayer::LinearLayer(const LinearOptions& options) : options_(options) {
  if (options.out_features < 1) throw ArgumentError("linear: out_features must be at least 1");
}

Fields<LinearOptions> LinearLayer::fields() {
  using O = LinearOptions;
  return Fields<O>("linear", "Fully connected layer")
      .required("out_features", &O::out_features, "outputs", at_least(1))
      .field("bias", &O::bias, "whether there is a bias")
      .field("init", &O::init, "first values of the parameters");
}

LinearLayer::LinearLayer(const Config& config) : options_(fields().read(config)) {}

Shape LinearLayer::output_shape(std::span<const Shape> inputs) const {
  const Shape& x = single_input("linear", inputs);
  if (x.rank() != 2) {
    throw ArgumentError("linear: input is " + x.to_string() +
                        "; put {\"type\": \"flatten\"} before it");
  }
  return {x[0], options_.out_features};
}

std::vector<ParameterSpec> LinearLayer::parameters(std::span<const Shape> inputs) const {
  const int64_t in = inputs[0][1];
  return weight_and_bias({options_.out_features, in}, {in, options_.out_features}, options_.bias,
                         options_.init);
}

size_t LinearLayer::workspace(const Context& ctx, std::span<const Shape> inputs) const {
  return linear_workspace(ctx, inputs[0][0], inputs[0][1], options_.out_features);
}

int64_t LinearLayer::macs(std::span<const Shape> inputs) const {
  return inputs[0].elements() * options_.out_features;
}

std::shared_ptr<const Layer> LinearLayer::by_output(const ChannelShare& share) const {
  if (options_.out_features % share.ranks != 0) return nullptr;
  LinearOptions part = options_;
  part.out_features /= share.ranks;
  return std::make_shared<LinearLayer>(part);
}

void LinearLayer::forward(Context& ctx, const ForwardArgs& args) const {
  const Tensor bias = options_.bias ? args.parameters[1] : Tensor();
  linear_forward(ctx, {.relu = args.relu_output}, args.inputs[0], args.weight(0), bias,
                 args.output);
}

void LinearLayer::backward(Context& ctx, const BackwardArgs& args) const {
  Tensor no_bias;
  Tensor& db = options_.bias ? args.parameter_gradients[1] : no_bias;
  const Tensor& x = args.inputs[0];
  linear_weight_gradient(ctx, x, args.output_gradient, args.parameter_gradients[0], db);
  if (args.input_gradients[0].empty()) return;
  linear_data_gradient(ctx, args.output_gradient, args.weight(0), args.relu_input ? x : Tensor(),
                       args.input_gradients[0]);
}

}  // namespace fovea
