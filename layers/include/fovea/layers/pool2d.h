// SPDX-License-Identifier: Apache-2.0
// Max and average pooling as layers.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/kernels/pool2d.h>
#include <fovea/layers/layer.h>

#include <optional>

namespace FOVEA_API fovea {

struct Pool2dOptions {
  Extent2d kernel_size;
  std::optional<Extent2d> stride;  // none: kernel_size, so that windows do not overlap (PyTorch)
  Padding padding;
  Rounding rounding = Rounding::floor;
  bool count_include_pad = false;

  Pool2dParams params() const;
};

class MaxPool2dLayer final : public Layer {
 public:
  explicit MaxPool2dLayer(const Pool2dParams& params) : params_(params) {}
  explicit MaxPool2dLayer(const Config& config);

  static Fields<Pool2dOptions> fields();

  const Pool2dParams& params() const { return params_; }
  Shape output_shape(std::span<const Shape> inputs) const override;
  std::vector<SavedSpec> saved(std::span<const Shape> inputs) const override;
  LayerTraits traits() const override {
    return {.backward_needs_input = false, .relu_input_gradient = true};
  }
  std::shared_ptr<const Layer> on_channels(const ChannelShare& share) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  Pool2dParams params_;
};

class AvgPool2dLayer final : public UnaryLayer {
 public:
  explicit AvgPool2dLayer(const Pool2dParams& params) : params_(params) {}
  explicit AvgPool2dLayer(const Config& config);

  static Fields<Pool2dOptions> fields();

  Shape output_shape(const Shape& x) const override;
  LayerTraits traits() const override { return {.backward_needs_input = false}; }
  std::shared_ptr<const Layer> on_channels(const ChannelShare& share) const override;
  void forward(Context& ctx, const Tensor& x, Tensor& y, Saved& saved) const override;
  void backward(Context& ctx, const Tensor& x, const Tensor& y, const Tensor& dy, Tensor& dx,
                const Saved& saved) const override;

 private:
  Pool2dParams params_;
};

}  // namespace fovea
