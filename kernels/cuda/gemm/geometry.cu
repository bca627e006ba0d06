// SPDX-License-Identifier: Apache-2.0
#include "cuda/gemm/products.h"

#include <fovea/core/error.h>

#include <limits>
#include <string>

namespace fovea::cuda {
namespace {

constexpr int64_t kMost = std::numeric_limits<int32_t>::max();

int narrow(const char* what, int64_t value) {
  if (value <= kMost) return static_cast<int>(value);
  throw ArgumentError(std::string("conv2d: ") + what + " is " + std::to_string(value) +
                      "; on CUDA devices at most 2^31 - 1");
}

}  // namespace

ConvGeometry conv_geometry(const Conv2dParams& params, const Shape& x, const Shape& w) {
  const Shape y = conv2d_output_shape(params, x, w);
  const Padding& pad = params.padding;
  ConvGeometry g;
  Patches& p = g.patches;
  p.samples = narrow("the batch", x[0]);
  p.height = narrow("the height", x[1]);
  p.width = narrow("the width", x[2]);
  p.channels = narrow("the number of channels", x[3]);
  p.group_channels = narrow("the number of channels", w[3]);
  p.kernel_h = narrow("the filter's height", w[1]);
  p.kernel_w = narrow("the filter's width", w[2]);
  p.stride_h = narrow("the stride", params.stride.h);
  p.stride_w = narrow("the stride", params.stride.w);
  p.dilation_h = narrow("the dilation", params.dilation.h);
  p.dilation_w = narrow("the dilation", params.dilation.w);
  p.top = narrow("the padding", pad.top);
  p.left = narrow("the padding", pad.left);
  p.out_h = narrow("the output's height", y[1]);
  p.out_w = narrow("the output's width", y[2]);
  g.outputs = narrow("the number of outputs", w[0]);
  g.groups = narrow("the number of groups", params.groups);
  // Windows of a last row or column may hang over the padding, by less than a stride.
  const int64_t padded_h = x[1] + pad.top + pad.bottom + params.stride.h;
  const int64_t padded_w = x[2] + pad.left + pad.right + params.stride.w;
  (void)narrow("a padded image's size", padded_h * padded_w * x[3]);
  (void)narrow("an output image's size", (y[1] + w[1]) * (y[2] + w[2]) * y[3]);
  (void)narrow("a filter's size", w[1] * w[2] * std::max(w[3], w[0]));
  return g;
}

ConvGeometry linear_geometry(int64_t batch, int64_t in, int64_t out) {
  ConvGeometry g;
  g.patches.samples = narrow("the batch", batch);
  g.patches.channels = g.patches.group_channels = narrow("the number of inputs", in);
  g.outputs = narrow("the number of outputs", out);
  return g;
}

}  // namespace fovea::cuda
