// SPDX-License-Identifier: Apache-2.0
#include "layer_config.h"

#include <fovea/layers/dropout.h>

namespace fovea {

template <>
inline constexpr auto kEnumNames<DropoutParams::ScaleAt> =
    std::to_array<EnumName<DropoutParams::ScaleAt>>({{"train", DropoutParams::ScaleAt::train},
                                                     {"test", DropoutParams::ScaleAt::test}});

Fields<DropoutParams> DropoutLayer::fields() {
  using O = DropoutParams;
  return Fields<O>("dropout", "Zeroes values at random while training")
      .field("p", &O::p, "probability of zero", at_least(0) && below(1))
      .field("scale_at", &O::scale_at,
             "train: divide by 1 - p when training; test: multiply by 1 - p at evaluation");
}

DropoutLayer::DropoutLayer(const Config& config) : params_(fields().read(config)) {}

Shape DropoutLayer::output_shape(std::span<const Shape> inputs) const {
  return single_input("dropout", inputs);
}

DropoutMask DropoutLayer::mask_of(const Saved& saved) const {
  return {saved.seed, saved.layer, saved.epoch, saved.samples, saved.position_on_device, elements_};
}

std::shared_ptr<const Layer> DropoutLayer::on_channels(const ChannelShare& share) const {
  const int64_t run = share.run;
  return std::make_shared<DropoutLayer>(params_,
                                        ElementMap{run, run * share.ranks, run * share.rank});
}

void DropoutLayer::forward(Context& ctx, const ForwardArgs& args) const {
  if (args.saved.training) {
    dropout_forward(ctx, params_, mask_of(args.saved), args.inputs[0], args.output);
  } else {
    dropout_inference(ctx, params_, args.inputs[0], args.output);
  }
}

void DropoutLayer::backward(Context& ctx, const BackwardArgs& args) const {
  if (args.input_gradients[0].empty()) return;
  dropout_backward(ctx, params_, mask_of(args.saved), args.output_gradient,
                   args.relu_input ? args.output : Tensor(), args.input_gradients[0]);
}

}  // namespace fovea
