// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/layers/flatten.h>

namespace fovea {

namespace {

void copy_elements(const Context& ctx, const Tensor& from, const Tensor& to) {
  if (from.raw() != to.raw()) ctx.copy(from.reshaped(to.shape()), to);
}

}  // namespace

FlattenLayer::FlattenLayer(const Config& /*config*/) {}

Shape FlattenLayer::output_shape(const Shape& x) const {
  if (x.rank() < 2)
    throw ArgumentError("flatten: input is " + x.to_string() + "; at least two axes wanted");
  return {x[0], x.sample().elements()};
}

std::shared_ptr<const Layer> FlattenLayer::on_channels(const ChannelShare& /*share*/) const {
  return std::make_shared<FlattenLayer>(*this);
}

void FlattenLayer::forward(Context& ctx, const Tensor& x, Tensor& y, Saved& /*saved*/) const {
  copy_elements(ctx, x, y);
}

void FlattenLayer::backward(Context& ctx, const Tensor& /*x*/, const Tensor& /*y*/,
                            const Tensor& dy, Tensor& dx, const Saved& /*saved*/) const {
  copy_elements(ctx, dy, dx);
}

}  // namespace fovea
