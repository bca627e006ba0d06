// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/elementwise.h>

#include <vector>

namespace fovea {
namespace {

// Checks that the parts side by side along the last axis make up `whole`.
void check_parts(const detail::Op& op, std::span<const Tensor> parts, const Tensor& whole) {
  detail::check_f32(op, "y", whole);
  const Shape& shape = whole.shape();
  if (parts.empty() || shape.rank() < 1) {
    detail::argument_error(op, "needs at least one tensor with at least one axis");
  }
  std::vector<int64_t> extents(shape.extents().begin(), shape.extents().end());
  int64_t channels = 0;
  for (const Tensor& part : parts) {
    detail::check_f32(op, "x", part);
    if (part.shape().rank() > 0) extents.back() = part.shape()[-1];
    detail::check_shape(op, "x", part, Shape(extents));
    channels += part.shape()[-1];
  }
  if (channels != shape[-1]) {
    detail::argument_error(op, "the parts have " + std::to_string(channels) +
                                   " channels together, y of shape " + shape.to_string() + " has " +
                                   std::to_string(shape[-1]));
  }
}

}  // namespace

void add(Context& ctx, const Tensor& a, const Tensor& b, Tensor& y) {
  const detail::Op op("add", ctx);
  detail::check_f32(op, "a", a);
  detail::check_f32_shape(op, "b", b, a.shape());
  detail::check_output(op, "y", y, a.shape());
  kernels_of(ctx).add(ctx, a, b, y);
}

void concat(Context& ctx, std::span<const Tensor> xs, Tensor& y) {
  check_parts({"concat", ctx}, xs, y);
  y.count_write();
  kernels_of(ctx).concat(ctx, xs, y);
}

void split(Context& ctx, const Tensor& y, std::span<Tensor> xs) {
  check_parts({"split", ctx}, xs, y);
  for (const Tensor& x : xs) x.count_write();
  kernels_of(ctx).split(ctx, y, xs);
}

void sum(Context& ctx, const Tensor& x, Tensor& result) {
  const detail::Op op("sum", ctx);
  detail::check_f32(op, "x", x);
  detail::check_output(op, "result", result, {1});
  kernels_of(ctx).sum(ctx, x, result);
}

float sum(Context& ctx, const Tensor& x) {
  Tensor result({1}, DType::f32, ctx.device());
  sum(ctx, x, result);
  return result.to(Device::cpu()).data<float>()[0];
}

}  // namespace fovea
