// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/kernels/elementwise.h>
#include <fovea/layers/combine.h>

#include <algorithm>

namespace fovea {

namespace {

void check_count(const char* op, std::span<const Shape> inputs) {
  if (inputs.size() >= 2) return;
  throw ArgumentError(std::string(op) +
                      ": takes two or more inputs; name them with \"inputs\": [..]");
}

}  // namespace

AddLayer::AddLayer(const Config& /*config*/) {}

Shape AddLayer::output_shape(std::span<const Shape> inputs) const {
  check_count("add", inputs);
  for (const Shape& shape : inputs) {
    if (shape != inputs[0]) {
      throw ArgumentError(
          "add: inputs are " + inputs[0].to_string() + " and " + shape.to_string() +
          "; equal shapes wanted: change out_channels, stride or padding on the way to "
          "one of them");
    }
  }
  return inputs[0];
}

std::shared_ptr<const Layer> AddLayer::on_channels(const ChannelShare& /*share*/) const {
  return std::make_shared<AddLayer>(*this);
}

void AddLayer::forward(Context& ctx, const ForwardArgs& args) const {
  add(ctx, args.inputs[0], args.inputs[1], args.output);
  for (size_t i = 2; i < args.inputs.size(); i++)
    add(ctx, args.output, args.inputs[i], args.output);
}

void AddLayer::backward(Context& ctx, const BackwardArgs& args) const {
  for (Tensor& dx : args.input_gradients) {
    if (!dx.empty()) ctx.copy(args.output_gradient, dx);
  }
}

ConcatLayer::ConcatLayer(const Config& /*config*/) {}

Shape ConcatLayer::output_shape(std::span<const Shape> inputs) const {
  check_count("concat", inputs);
  std::vector<int64_t> extents(inputs[0].extents().begin(), inputs[0].extents().end());
  int64_t channels = 0;
  for (const Shape& shape : inputs) {
    const bool fits =
        shape.rank() == inputs[0].rank() &&
        std::equal(shape.extents().begin(), shape.extents().end() - 1, inputs[0].extents().begin());
    if (!fits) {
      throw ArgumentError("concat: inputs are " + inputs[0].to_string() + " and " +
                          shape.to_string() +
                          "; equal extents but for the last wanted: change stride or "
                          "padding on the way to one of them");
    }
    channels += shape[-1];
  }
  extents.back() = channels;
  return Shape(std::span<const int64_t>(extents));
}

void ConcatLayer::forward(Context& ctx, const ForwardArgs& args) const {
  concat(ctx, args.inputs, args.output);
}

void ConcatLayer::backward(Context& ctx, const BackwardArgs& args) const {
  split(ctx, args.output_gradient, args.input_gradients);
}

}  // namespace fovea
