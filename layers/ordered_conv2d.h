// SPDX-License-Identifier: Apache-2.0
// A rank's filters of a convolution whose input all ranks have. The input's gradient is a chain
// over all filters in each pixel (docs/numerics.md), which no rank can do a part of: they gather
// the output's gradient and the filters, and have the bits of one device.
#pragma once

#include "output_part.h"

#include <fovea/layers/conv2d.h>

#include <memory>
#include <utility>

namespace fovea {

class OrderedConv2d final : public OutputPart {
 public:
  OrderedConv2d(const RankPlace& place, std::shared_ptr<const Layer> part,
                std::shared_ptr<const Conv2dLayer> whole)
      : OutputPart(place, std::move(part)), whole_(std::move(whole)) {}

  // The gradient of the whole output, and all filters.
  std::vector<SavedSpec> saved(std::span<const Shape> inputs) const override;
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  int64_t sent(Pass pass, const Shape& x) const override;

 private:
  void input_gradient(Context& ctx, const BackwardArgs& args, Tensor& dx) const override;

  std::shared_ptr<const Conv2dLayer> whole_;
};

}  // namespace fovea
