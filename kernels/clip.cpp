// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/clip.h>

namespace fovea {

using detail::argument_error;
using detail::check_f32;

double sum_of_squares(Context& ctx, const Tensor& x) {
  check_f32({"sum_of_squares", ctx}, "x", x);
  return kernels_of(ctx).sum_of_squares(ctx, x);
}

void scale(Context& ctx, float factor, Tensor& x) {
  check_f32({"scale", ctx}, "x", x);
  kernels_of(ctx).scale(ctx, factor, x);
}

void clamp(Context& ctx, float limit, Tensor& x) {
  const detail::Op op("clamp", ctx);
  check_f32(op, "x", x);
  if (!(limit >= 0))
    argument_error(op, "limit is " + std::to_string(limit) + "; at least 0 wanted");
  kernels_of(ctx).clamp(ctx, limit, x);
}

}  // namespace fovea
