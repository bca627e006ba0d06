// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/clip.h>

namespace fovea {

using detail::argument_error;
using detail::check_f32;

namespace {

void check_one(const detail::Op& op, const char* name, const Tensor& tensor, DType type) {
  detail::check_type(op, name, tensor, type);
  detail::check_shape(op, name, tensor, {1});
}

void check_limit(const detail::Op& op, float limit) {
  if (!(limit >= 0))
    argument_error(op, "limit is " + std::to_string(limit) + "; at least 0 wanted");
}

}  // namespace

void sum_of_squares(Context& ctx, const Tensor& x, Tensor& result) {
  const detail::Op op("sum_of_squares", ctx);
  check_f32(op, "x", x);
  detail::check_output(op, "result", result, {1}, DType::f64);
  kernels_of(ctx).sum_of_squares(ctx, x, result);
}

double sum_of_squares(Context& ctx, const Tensor& x) {
  Tensor result({1}, DType::f64, ctx.device());
  sum_of_squares(ctx, x, result);
  return result.to(Device::cpu()).data<double>()[0];
}

void limit_norm(Context& ctx, float limit, const Tensor& squares, Tensor& x) {
  const detail::Op op("limit_norm", ctx);
  check_limit(op, limit);
  check_one(op, "squares", squares, DType::f64);
  detail::check_output(op, "x", x, x.shape());
  kernels_of(ctx).limit_norm(ctx, limit, squares, x);
}

void halt_unless_finite(Context& ctx, const Tensor& loss, const Tensor& squares, Tensor& halted) {
  const detail::Op op("halt_unless_finite", ctx);
  check_one(op, "loss", loss, DType::f32);
  check_one(op, "squares", squares, DType::f64);
  detail::check_output(op, "halted", halted, {1}, DType::i32);
  kernels_of(ctx).halt_unless_finite(ctx, loss, squares, halted);
}

void scale(Context& ctx, float factor, Tensor& x) {
  detail::check_output({"scale", ctx}, "x", x, x.shape());
  kernels_of(ctx).scale(ctx, factor, x);
}

void clamp(Context& ctx, float limit, Tensor& x) {
  const detail::Op op("clamp", ctx);
  detail::check_output(op, "x", x, x.shape());
  check_limit(op, limit);
  kernels_of(ctx).clamp(ctx, limit, x);
}

}  // namespace fovea
