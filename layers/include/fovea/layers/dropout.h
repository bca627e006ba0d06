// SPDX-License-Identifier: Apache-2.0
// Dropout as a layer; see kernels/dropout.h.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/kernels/dropout.h>
#include <fovea/layers/layer.h>

namespace FOVEA_API fovea {

class DropoutLayer final : public Layer {
 public:
  // `elements`: which of the masks' elements its rows hold.
  explicit DropoutLayer(const DropoutParams& params, const ElementMap& elements = {})
      : params_(params), elements_(elements) {}
  explicit DropoutLayer(const Config& config);

  static Fields<DropoutParams> fields();

  Shape output_shape(std::span<const Shape> inputs) const override;
  LayerTraits traits() const override {
    return {.in_place = true, .backward_needs_input = false, .relu_input_gradient = true};
  }
  std::shared_ptr<const Layer> on_channels(const ChannelShare& share) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  DropoutMask mask_of(const Saved& saved) const;

  DropoutParams params_;
  ElementMap elements_;
};

}  // namespace fovea
