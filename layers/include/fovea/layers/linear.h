// SPDX-License-Identifier: Apache-2.0
// Fully connected layer: weight (out, in), bias (out).
#pragma once

#include <fovea/core/fields.h>
#include <fovea/kernels/linear.h>
#include <fovea/layers/layer.h>
#include <fovea/layers/parameter_init.h>

namespace FOVEA_API fovea {

struct LinearOptions {
  int64_t out_features = 0;
  bool bias = true;
  ParameterInit init;
};

class LinearLayer final : public Layer {
 public:
  explicit LinearLayer(const LinearOptions& options);
  explicit LinearLayer(const Config& config);

  static Fields<LinearOptions> fields();

  Shape output_shape(std::span<const Shape> inputs) const override;
  std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  int64_t macs(std::span<const Shape> inputs) const override;
  LayerTraits traits() const override {
    return {.relu_epilogue = true, .relu_input_gradient = true};
  }
  std::shared_ptr<const Layer> by_output(const ChannelShare& share) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  LinearOptions options_;
};

}  // namespace fovea
