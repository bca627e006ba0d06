// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/layers/flatten.h>

namespace fovea {

namespace {

void copy_elements(const Tensor& from, Tensor& to) {
  if (from.raw() != to.raw()) to.copy_from(from.reshaped(to.shape()));
}

}  // namespace

FlattenLayer::FlattenLayer(const Config& /*config*/) {}

Shape FlattenLayer::output_shape(const Shape& x) const {
  if (x.rank() < 2)
    throw ArgumentError("flatten: input is " + x.to_string() + "; at least two axes wanted");
  return {x[0], x.sample().elements()};
}

void FlattenLayer::forward(Context& /*ctx*/, const Tensor& x, Tensor& y, Saved& /*saved*/) const {
  copy_elements(x, y);
}

void FlattenLayer::backward(Context& /*ctx*/, const Tensor& /*x*/, const Tensor& /*y*/,
                            const Tensor& dy, Tensor& dx, const Saved& /*saved*/) const {
  copy_elements(dy, dx);
}

}  // namespace fovea
