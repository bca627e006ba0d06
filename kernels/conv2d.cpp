// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/conv2d.h>

#include <string>

namespace fovea {

using detail::argument_error;
using detail::check_f32;
using detail::check_f32_shape;
using detail::check_output;
using detail::check_relu_output;
using detail::check_weight;

namespace {

void check_rank(const char* name, const Shape& shape, const char* axes) {
  if (shape.rank() == 4) return;
  argument_error("conv2d", std::string(name) + " has shape " + shape.to_string() +
                               "; it must have 4 axes, " + axes);
}

void check_channels(const Conv2dParams& params, const Shape& x, const Shape& w) {
  const int64_t groups = params.groups, channels = x[3], outputs = w[0];
  if (groups < 1 || channels % groups != 0 || outputs % groups != 0) {
    argument_error("conv2d", "groups is " + std::to_string(groups) + "; a common divisor of the " +
                                 std::to_string(channels) + " input and " +
                                 std::to_string(outputs) + " output channels wanted");
  }
  if (w[3] != channels / groups) {
    argument_error("conv2d", "w has " + std::to_string(w[3]) + " channels; x has " +
                                 std::to_string(channels) + " in " + std::to_string(groups) +
                                 " groups, so " + std::to_string(channels / groups) + " wanted");
  }
  if (channels < 1 || outputs < 1) argument_error("conv2d", "there are no channels");
}

}  // namespace

Shape conv2d_output_shape(const Conv2dParams& params, const Shape& x, const Shape& w) {
  check_rank("x", x, "(n, h, w, c)");
  check_rank("w", w, "(out, h, w, in / groups)");
  check_channels(params, x, w);
  const Window2d window{
      {w[1], w[2]}, params.stride, params.dilation, params.padding, params.rounding};
  const Extent2d out = window.output("conv2d", {x[1], x[2]});
  return {x[0], out.h, out.w, w[0]};
}

size_t conv2d_workspace(const Context& ctx, const Conv2dParams& params, const Shape& x,
                        const Shape& w) {
  (void)conv2d_output_shape(params, x, w);
  return kernels_of(ctx).conv2d_workspace(ctx, params, x, w);
}

void conv2d_forward(Context& ctx, const Conv2dParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  const detail::Op op("conv2d_forward", ctx);
  const Shape output = conv2d_output_shape(params, x.shape(), w.shape());
  check_f32(op, "x", x);
  check_weight(op, w);
  if (b) check_f32_shape(op, "b", b, {w.shape()[0]});
  check_output(op, "y", y, output);
  kernels_of(ctx).conv2d_forward(ctx, params, x, w, b, y);
}

void conv2d_data_gradient(Context& ctx, const Conv2dParams& params, const Tensor& dy,
                          const Weight& w, const Tensor& relu_output, Tensor& dx) {
  const detail::Op op("conv2d_data_gradient", ctx);
  const Shape output = conv2d_output_shape(params, dx.shape(), w.shape());
  check_f32_shape(op, "dy", dy, output);
  check_weight(op, w);
  check_relu_output(op, relu_output, dx.shape());
  check_output(op, "dx", dx, dx.shape());
  kernels_of(ctx).conv2d_data_gradient(ctx, params, dy, w, relu_output, dx);
}

void conv2d_weight_gradient(Context& ctx, const Conv2dParams& params, const Tensor& x,
                            const Tensor& dy, Tensor& dw, Tensor& db) {
  const detail::Op op("conv2d_weight_gradient", ctx);
  const Shape output = conv2d_output_shape(params, x.shape(), dw.shape());
  check_f32(op, "x", x);
  check_f32_shape(op, "dy", dy, output);
  check_output(op, "dw", dw, dw.shape());
  if (db) check_output(op, "db", db, {dw.shape()[0]});
  kernels_of(ctx).conv2d_weight_gradient(ctx, params, x, dy, dw, db);
}

}  // namespace fovea
