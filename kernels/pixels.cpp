// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/pixels.h>

namespace fovea {

namespace {
constexpr int64_t kMostElements = 1 << 30;  // of a picture: places are 32-bit numbers
}  // namespace

void pixels_to_floats(Context& ctx, const PixelParams& params, const Tensor& pixels,
                      const Tensor& views, Tensor& x) {
  const detail::Op op("pixels_to_floats", ctx);
  detail::check_type(op, "pixels", pixels, DType::u8);
  const Shape& shape = pixels.shape();
  if (shape.rank() != 4 || shape.sample().elements() > kMostElements)
    detail::argument_error(op, "pixels " + shape.to_string() + " are no pictures");
  detail::check_type(op, "views", views, DType::i32);
  if (views.shape() != Shape{shape[0], kPixelViewWords})
    detail::argument_error(op, "views " + views.shape().to_string() + " for " +
                                   std::to_string(shape[0]) + " pictures");
  detail::check_type(op, "mean", params.mean, DType::f32);
  const Shape& mean = params.mean.shape();
  if (mean.rank() != 3 || mean[0] < 1 || mean[1] < 1 || mean[2] != shape[3])
    detail::argument_error(op, "mean " + mean.to_string() + " for pixels " + shape.to_string());
  detail::check_f32_shape(op, "deviation", params.deviation, {shape[3]});
  detail::check_output(op, "x", x, shape);
  kernels_of(ctx).pixels_to_floats(ctx, params, pixels, views, x);
}

}  // namespace fovea
