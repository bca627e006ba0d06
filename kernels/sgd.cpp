// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/sgd.h>

#include <cmath>

namespace fovea {

void sgd_update(Context& ctx, const SgdParams& params, const Tensor& g, Tensor& v, Tensor& w) {
  const detail::Op op("sgd_update", ctx);
  detail::check_f32(op, "g", g);
  detail::check_output(op, "v", v, g.shape());
  detail::check_output(op, "w", w, g.shape());
  if (params.rounded) detail::check_output(op, "rounded", params.rounded, g.shape(), DType::bf16);
  if (params.halted) {
    detail::check_type(op, "halted", params.halted, DType::i32);
    detail::check_shape(op, "halted", params.halted, {1});
  }
  if (!std::isfinite(params.lr) || !std::isfinite(params.momentum) ||
      !std::isfinite(params.weight_decay)) {
    detail::argument_error(op, "lr, momentum and weight_decay must be finite numbers");
  }
  kernels_of(ctx).sgd_update(ctx, params, g, v, w);
}

}  // namespace fovea
