// SPDX-License-Identifier: Apache-2.0
// (n, h, w, c) -> (n, h * w * c), in that order. No copy where the input's memory may be taken
// over.
#pragma once

#include <fovea/core/config.h>
#include <fovea/layers/layer.h>

namespace FOVEA_API fovea {

class FlattenLayer final : public UnaryLayer {
 public:
  FlattenLayer() = default;
  explicit FlattenLayer(const Config& config);

  Shape output_shape(const Shape& x) const override;
  LayerTraits traits() const override { return {.in_place = true, .backward_needs_input = false}; }
  std::shared_ptr<const Layer> on_channels(const ChannelShare& share) const override;
  void forward(Context& ctx, const Tensor& x, Tensor& y, Saved& saved) const override;
  void backward(Context& ctx, const Tensor& x, const Tensor& y, const Tensor& dy, Tensor& dx,
                const Saved& saved) const override;
};

}  // namespace fovea
