// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/activation.h>

namespace fovea {

void activation_forward(Context& ctx, Activation kind, const Tensor& x, Tensor& y) {
  const detail::Op op("activation_forward", ctx);
  detail::check_f32(op, "x", x);
  detail::check_output(op, "y", y, x.shape());
  kernels_of(ctx).activation_forward(ctx, kind, x, y);
}

void activation_backward(Context& ctx, Activation kind, const Tensor& y, const Tensor& dy,
                         Tensor& dx) {
  const detail::Op op("activation_backward", ctx);
  detail::check_f32(op, "y", y);
  detail::check_f32_shape(op, "dy", dy, y.shape());
  detail::check_output(op, "dx", dx, y.shape());
  kernels_of(ctx).activation_backward(ctx, kind, y, dy, dx);
}

}  // namespace fovea
