// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"

#include <fovea/kernels/sgd.h>

#include <cmath>

namespace fovea {

void sgd_update(Context& ctx, const SgdParams& params, const Tensor& g, Tensor& v, Tensor& w) {
  constexpr const char* kOp = "sgd_update";
  detail::check_f32(kOp, "g", g);
  detail::check_f32_shape(kOp, "v", v, g.shape());
  detail::check_f32_shape(kOp, "w", w, g.shape());
  if (!std::isfinite(params.lr) || !std::isfinite(params.momentum) ||
      !std::isfinite(params.weight_decay)) {
    detail::argument_error(kOp, "lr, momentum and weight_decay must be finite numbers");
  }
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::sgd_update(ctx, params, g, v, w);
  }
}

}  // namespace fovea
