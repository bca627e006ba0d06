// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "cpu/lrn_scratch.h"

#include <fovea/kernels/lrn.h>

#include <cmath>

namespace fovea {
namespace {

void check_lrn(const char* op, const LrnParams& p, const Tensor& x) {
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

void check_fused(const char* op, const LrnParams& lrn, const Pool2dParams& pool, const Tensor& x,
                 const char* pooled_name, const Tensor& pooled) {
  check_lrn(op, lrn, x);
  if (!lrn_max_pool2d_exists(lrn, pool)) {
    detail::argument_error(op,
                           "only normalisation across channels and pooling windows of at most 256 "
                           "cells are fused; call lrn and max_pool2d one after the other");
  }
  detail::check_f32_shape(op, pooled_name, pooled, pool2d_output_shape(op, pool, x.shape()));
}

void check_argmax(const char* op, const Pool2dParams& pool, const Tensor& argmax,
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
  return cpu::LrnScratch::bytes(ctx, cpu::lrn_thread_floats(params, pool, x));
}

void lrn_forward(Context& ctx, const LrnParams& params, const Tensor& x, Tensor& y) {
  constexpr const char* kOp = "lrn_forward";
  check_lrn(kOp, params, x);
  detail::check_f32_shape(kOp, "y", y, x.shape());
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::lrn_forward(ctx, params, x, y);
  }
}

void lrn_backward(Context& ctx, const LrnParams& params, const Tensor& x, const Tensor& dy,
                  const Tensor& relu_output, Tensor& dx) {
  constexpr const char* kOp = "lrn_backward";
  check_lrn(kOp, params, x);
  detail::check_f32_shape(kOp, "dy", dy, x.shape());
  detail::check_f32_shape(kOp, "dx", dx, x.shape());
  detail::check_relu_output(kOp, relu_output, x.shape());
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::lrn_backward(ctx, params, x, dy, relu_output, dx);
  }
}

void lrn_max_pool2d_forward(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                            const Tensor& x, Tensor& y, Tensor& argmax) {
  constexpr const char* kOp = "lrn_max_pool2d_forward";
  check_fused(kOp, lrn, pool, x, "y", y);
  if (argmax) check_argmax(kOp, pool, argmax, y.shape());
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::lrn_max_pool2d_forward(ctx, lrn, pool, x, y, argmax);
  }
}

void lrn_max_pool2d_backward(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                             const Tensor& x, const Tensor& argmax, const Tensor& dy,
                             const Tensor& relu_output, Tensor& dx) {
  constexpr const char* kOp = "lrn_max_pool2d_backward";
  check_fused(kOp, lrn, pool, x, "dy", dy);
  check_argmax(kOp, pool, argmax, dy.shape());
  detail::check_f32_shape(kOp, "dx", dx, x.shape());
  detail::check_relu_output(kOp, relu_output, x.shape());
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::lrn_max_pool2d_backward(ctx, lrn, pool, x, argmax, dy, relu_output, dx);
  }
}

}  // namespace fovea
