// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/dropout.h>

namespace fovea {
namespace {

void check_rate(const detail::Op& op, const DropoutParams& params) {
  if (!(params.p >= 0 && params.p < 1)) {
    detail::argument_error(op, "p is " + std::to_string(params.p) + "; it must be in [0, 1)");
  }
}

void check_elements(const detail::Op& op, const ElementMap& map) {
  const bool runs_apart = map.run > 0 && map.offset >= 0 && map.offset + map.run <= map.stride;
  if (map.is_whole() || runs_apart) return;
  detail::argument_error(op, "runs of " + std::to_string(map.run) + " elements from " +
                                 std::to_string(map.offset) + " on do not fit in strides of " +
                                 std::to_string(map.stride));
}

void check_mask(const detail::Op& op, const DropoutMask& mask, const Tensor& x) {
  if (x.shape().rank() < 1) detail::argument_error(op, "needs a batch axis, not a scalar");
  const int64_t rows = x.shape()[0];
  if (static_cast<int64_t>(mask.samples.size()) != rows) {
    detail::argument_error(op, "the mask names " + std::to_string(mask.samples.size()) +
                                   " samples for a batch of " + std::to_string(rows) +
                                   "; give one index per row");
  }
  if (mask.layer >> 24 != 0) {
    detail::argument_error(op,
                           "layer index " + std::to_string(mask.layer) + "; it must be below 2^24");
  }
  check_elements(op, mask.elements);
  if (x.elements() == 0) return;
  const int64_t last = mask.elements(x.elements() / rows - 1);
  if (last >= int64_t{1} << 34) {
    detail::argument_error(op, "rows of " + x.shape().to_string() + " exceed 2^34 elements");
  }
}

}  // namespace

void dropout_forward(Context& ctx, const DropoutParams& params, const DropoutMask& mask,
                     const Tensor& x, Tensor& y) {
  const detail::Op op("dropout_forward", ctx);
  check_rate(op, params);
  detail::check_f32(op, "x", x);
  detail::check_output(op, "y", y, x.shape());
  check_mask(op, mask, x);
  kernels_of(ctx).dropout_forward(ctx, params, mask, x, y);
}

void dropout_backward(Context& ctx, const DropoutParams& params, const DropoutMask& mask,
                      const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  const detail::Op op("dropout_backward", ctx);
  check_rate(op, params);
  detail::check_f32(op, "dy", dy);
  detail::check_output(op, "dx", dx, dy.shape());
  detail::check_relu_output(op, relu_output, dy.shape());
  check_mask(op, mask, dy);
  kernels_of(ctx).dropout_backward(ctx, params, mask, dy, relu_output, dx);
}

void dropout_inference(Context& ctx, const DropoutParams& params, const Tensor& x, Tensor& y) {
  const detail::Op op("dropout_inference", ctx);
  check_rate(op, params);
  detail::check_f32(op, "x", x);
  detail::check_output(op, "y", y, x.shape());
  kernels_of(ctx).dropout_inference(ctx, params, x, y);
}

}  // namespace fovea
