// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"

#include <fovea/kernels/activation.h>

namespace fovea {

void activation_forward(Context& ctx, Activation kind, const Tensor& x, Tensor& y) {
  detail::check_f32("activation_forward", "x", x);
  detail::check_f32_shape("activation_forward", "y", y, x.shape());
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::activation_forward(ctx, kind, x, y);
  }
}

void activation_backward(Context& ctx, Activation kind, const Tensor& y, const Tensor& dy,
                         Tensor& dx) {
  detail::check_f32("activation_backward", "y", y);
  detail::check_f32_shape("activation_backward", "dy", dy, y.shape());
  detail::check_f32_shape("activation_backward", "dx", dx, y.shape());
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::activation_backward(ctx, kind, y, dy, dx);
  }
}

}  // namespace fovea
