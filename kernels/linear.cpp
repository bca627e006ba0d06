// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/linear.h>

namespace fovea {

using detail::argument_error;
using detail::check_f32;
using detail::check_f32_shape;
using detail::check_output;
using detail::check_relu_output;
using detail::check_weight;

namespace {

// (n, in) and (out, in) give (n, out).
Shape output_shape(const detail::Op& op, const Shape& x, const Shape& w) {
  if (x.rank() != 2 || w.rank() != 2 || x[1] != w[1] || w.elements() == 0) {
    argument_error(op, "the input's shape " + x.to_string() + " and w's " + w.to_string() +
                           " do not fit; they must be (n, in) and (out, in)");
  }
  return {x[0], w[0]};
}

}  // namespace

size_t linear_workspace(const Context& ctx, int64_t batch, int64_t in, int64_t out) {
  (void)output_shape({"linear", ctx}, {batch, in}, {out, in});
  return kernels_of(ctx).linear_workspace(ctx, batch, in, out);
}

void linear_forward(Context& ctx, const LinearParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  const detail::Op op("linear_forward", ctx);
  const Shape output = output_shape(op, x.shape(), w.shape());
  check_f32(op, "x", x);
  check_weight(op, w);
  if (b) check_f32_shape(op, "b", b, {w.shape()[0]});
  check_output(op, "y", y, output);
  kernels_of(ctx).linear_forward(ctx, params, x, w, b, y);
}

void linear_data_gradient(Context& ctx, const Tensor& dy, const Weight& w,
                          const Tensor& relu_output, Tensor& dx) {
  const detail::Op op("linear_data_gradient", ctx);
  const Shape output = output_shape(op, dx.shape(), w.shape());
  check_f32_shape(op, "dy", dy, output);
  check_weight(op, w);
  check_relu_output(op, relu_output, dx.shape());
  check_output(op, "dx", dx, dx.shape());
  kernels_of(ctx).linear_data_gradient(ctx, dy, w, relu_output, dx);
}

void linear_data_gradient_from(Context& ctx, const Tensor& dy, const Tensor& w, Tensor& dx) {
  const detail::Op op("linear_data_gradient_from", ctx);
  if (!ctx.device().is_cpu()) argument_error(op, "is of the CPU only");
  const Shape output = output_shape(op, dx.shape(), w.shape());
  check_f32_shape(op, "dy", dy, output);
  check_f32(op, "w", w);
  check_f32(op, "dx", dx);
  cpu::linear_data_gradient_from(ctx, dy, w, dx);
}

void linear_weight_gradient(Context& ctx, const Tensor& x, const Tensor& dy, Tensor& dw,
                            Tensor& db) {
  const detail::Op op("linear_weight_gradient", ctx);
  const Shape output = output_shape(op, x.shape(), dw.shape());
  check_f32(op, "x", x);
  check_f32_shape(op, "dy", dy, output);
  check_output(op, "dw", dw, dw.shape());
  if (db) check_output(op, "db", db, {dw.shape()[0]});
  kernels_of(ctx).linear_weight_gradient(ctx, x, dy, dw, db);
}

}  // namespace fovea
