// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/pool2d.h>

#include <limits>

namespace fovea {
namespace {

// A window that holds padding only has no maximum and no mean.
void check_no_empty_window(const char* op, const char* axis, int64_t in, int64_t out,
                           int64_t kernel, int64_t stride, int64_t before) {
  if (kernel > before && (out - 1) * stride - before < in) return;
  detail::argument_error(op, std::string("along the ") + axis + " a window of " +
                                 std::to_string(kernel) +
                                 " pixels would hold nothing but padding; pad by less than the "
                                 "kernel's extent");
}

}  // namespace

Shape pool2d_output_shape(const char* op, const Pool2dParams& params, const Shape& x) {
  if (x.rank() != 4) {
    detail::argument_error(op,
                           "x has shape " + x.to_string() + "; it must have 4 axes, (n, h, w, c)");
  }
  const Window2d window{params.kernel, params.stride, {1, 1}, params.padding, params.rounding};
  const Extent2d out = window.output(op, {x[1], x[2]});
  if (params.kernel.h * params.kernel.w > std::numeric_limits<int32_t>::max()) {
    detail::argument_error(op, "a window of " + std::to_string(params.kernel.h) + "x" +
                                   std::to_string(params.kernel.w) +
                                   " cells is too large; at most 2^31 - 1 cells");
  }
  check_no_empty_window(op, "height", x[1], out.h, params.kernel.h, params.stride.h,
                        params.padding.top);
  check_no_empty_window(op, "width", x[2], out.w, params.kernel.w, params.stride.w,
                        params.padding.left);
  return {x[0], out.h, out.w, x[3]};
}

DType max_pool2d_index_type(const Pool2dParams& params) {
  return params.kernel.h * params.kernel.w <= 256 ? DType::u8 : DType::i32;
}

void max_pool2d_forward(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y,
                        Tensor& argmax) {
  const detail::Op op("max_pool2d_forward", ctx);
  detail::check_f32(op, "x", x);
  detail::check_output(op, "y", y, pool2d_output_shape(op.name, params, x.shape()));
  if (argmax) {
    detail::check_output(op, "argmax", argmax, y.shape(), max_pool2d_index_type(params));
  }
  kernels_of(ctx).max_pool2d_forward(ctx, params, x, y, argmax);
}

void max_pool2d_backward(Context& ctx, const Pool2dParams& params, const Tensor& argmax,
                         const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  const detail::Op op("max_pool2d_backward", ctx);
  detail::check_output(op, "dx", dx, dx.shape());
  detail::check_f32_shape(op, "dy", dy, pool2d_output_shape(op.name, params, dx.shape()));
  detail::check_type(op, "argmax", argmax, max_pool2d_index_type(params));
  detail::check_shape(op, "argmax", argmax, dy.shape());
  detail::check_relu_output(op, relu_output, dx.shape());
  kernels_of(ctx).max_pool2d_backward(ctx, params, argmax, dy, relu_output, dx);
}

void avg_pool2d_forward(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y) {
  const detail::Op op("avg_pool2d_forward", ctx);
  detail::check_f32(op, "x", x);
  detail::check_output(op, "y", y, pool2d_output_shape(op.name, params, x.shape()));
  kernels_of(ctx).avg_pool2d_forward(ctx, params, x, y);
}

void avg_pool2d_backward(Context& ctx, const Pool2dParams& params, const Tensor& dy, Tensor& dx) {
  const detail::Op op("avg_pool2d_backward", ctx);
  detail::check_output(op, "dx", dx, dx.shape());
  detail::check_f32_shape(op, "dy", dy, pool2d_output_shape(op.name, params, dx.shape()));
  kernels_of(ctx).avg_pool2d_backward(ctx, params, dy, dx);
}

}  // namespace fovea
