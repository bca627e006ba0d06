// SPDX-License-Identifier: Apache-2.0
// Convolution: weight (out, height, width, in / groups), bias (out). See kernels/conv2d.h for the
// formula.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/kernels/conv2d.h>
#include <fovea/layers/layer.h>
#include <fovea/layers/parameter_init.h>

namespace FOVEA_API fovea {

struct Conv2dOptions {
  int64_t out_channels = 0;
  Extent2d kernel_size, stride, dilation;
  Padding padding;
  int64_t groups = 1;
  Rounding rounding = Rounding::floor;
  bool bias = true;
  ParameterInit init;
};

class Conv2dLayer final : public Layer {
 public:
  explicit Conv2dLayer(const Conv2dOptions& options);
  explicit Conv2dLayer(const Config& config);

  static Fields<Conv2dOptions> fields();

  // For the kernels; relu: also apply one to the output.
  Conv2dParams params(bool relu) const;
  Shape weight_shape(const Shape& x) const;

  Shape output_shape(std::span<const Shape> inputs) const override;
  std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  int64_t macs(std::span<const Shape> inputs) const override;
  LayerTraits traits() const override {
    return {.relu_epilogue = true, .relu_input_gradient = true};
  }
  std::shared_ptr<const Layer> on_channels(const ChannelShare& share) const override;
  std::shared_ptr<const Layer> by_output(const ChannelShare& share) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  Conv2dOptions options_;
};

}  // namespace fovea
