// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/lrn.h>

#include <cmath>

namespace fovea {
namespace {

void check_lrn(const detail::Op& op, const LrnParams& p, const Tensor& x) {
  detail::check_f32(op, "x", x);
  detail::check_rank(op, "x", x, 4, "(n, h, w, c)");
  if (p.size < 1 || p.size > 1 << 20) {
    detail::argument_error(
        op, "size is " + std::to_string(p.size) + "; a window needs 1 to 2^20 cells along an axis");
  }
  if (p.groups < 1 || x.shape()[3] % p.groups != 0) {
    detail::argument_error(op, "groups is " + std::to_string(p.groups) +
                                   "; it must divide the channels of x, " + x.shape().to_string());
  }
  if (!(p.alpha >= 0 && std::isfinite(p.alpha)) || !(p.k >= 0 && std::isfinite(p.k)) ||
      !(p.beta >= 0 && p.beta <= 64)) {
    detail::argument_error(op, "alpha is " + std::to_string(p.alpha) + ", beta " +
                                   std::to_string(p.beta) + ", k " + std::to_string(p.k) +
                                   "; each must be finite and not negative, beta at most 64");
  }
}

void check_fused(const detail::Op& op, const LrnParams& lrn, const Pool2dParams& pool,
                 const Tensor& x, const char* pooled_name, const Tensor& pooled) {
  check_lrn(op, lrn, x);
  if (!lrn_max_pool2d_exists(lrn, pool)) {
    detail::argument_error(op,
                           "only normalisation across channels and pooling windows of at most 256 "
                           "cells are fused; call lrn and max_pool2d one after the other");
  }
  detail::check_f32_shape(op, pooled_name, pooled, pool2d_output_shape(op.name, pool, x.shape()));
}

void check_argmax(const detail::Op& op, const Pool2dParams& pool, const Tensor& argmax,
                  const Shape& shape) {
  detail::check_type(op, "argmax", argmax, max_pool2d_index_type(pool));
  detail::check_shape(op, "argmax", argmax, shape);
}

}  // namespace

bool lrn_max_pool2d_exists(const LrnParams& lrn, const Pool2dParams& pool) {
  return lrn.region == LrnParams::Region::across_channels &&
         max_pool2d_index_type(pool) == DType::u8;
}

size_t lrn_workspace(const Context& ctx, const LrnParams& params, const Pool2dParams* pool,
                     const Shape& x) {
  return kernels_of(ctx).lrn_workspace(ctx, params, pool, x);
}

void lrn_forward(Context& ctx, const LrnParams& params, const Tensor& x, Tensor& y) {
  const detail::Op op("lrn_forward", ctx);
  check_lrn(op, params, x);
  detail::check_output(op, "y", y, x.shape());
  kernels_of(ctx).lrn_forward(ctx, params, x, y);
}

void lrn_backward(Context& ctx, const LrnParams& params, const Tensor& x, const Tensor& dy,
                  const Tensor& relu_output, Tensor& dx) {
  const detail::Op op("lrn_backward", ctx);
  check_lrn(op, params, x);
  detail::check_f32_shape(op, "dy", dy, x.shape());
  detail::check_output(op, "dx", dx, x.shape());
  detail::check_relu_output(op, relu_output, x.shape());
  kernels_of(ctx).lrn_backward(ctx, params, x, dy, relu_output, dx);
}

void lrn_max_pool2d_forward(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                            const Tensor& x, Tensor& y, Tensor& argmax) {
  const detail::Op op("lrn_max_pool2d_forward", ctx);
  check_fused(op, lrn, pool, x, "y", y);
  detail::check_output(op, "y", y, y.shape());
  if (argmax) check_argmax(op, pool, argmax, y.shape());
  kernels_of(ctx).lrn_max_pool2d_forward(ctx, lrn, pool, x, y, argmax);
}

void lrn_max_pool2d_backward(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                             const Tensor& x, const Tensor& argmax, const Tensor& dy,
                             const Tensor& relu_output, Tensor& dx) {
  const detail::Op op("lrn_max_pool2d_backward", ctx);
  check_fused(op, lrn, pool, x, "dy", dy);
  check_argmax(op, pool, argmax, dy.shape());
  detail::check_output(op, "dx", dx, x.shape());
  detail::check_relu_output(op, relu_output, x.shape());
  kernels_of(ctx).lrn_max_pool2d_backward(ctx, lrn, pool, x, argmax, dy, relu_output, dx);
}

}  // namespace fovea
