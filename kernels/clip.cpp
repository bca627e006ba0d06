// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"

#include <fovea/kernels/clip.h>

namespace fovea {

using detail::argument_error;
using detail::check_f32;

double sum_of_squares(Context& ctx, const Tensor& x) {
  check_f32("sum_of_squares", "x", x);
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::sum_of_squares(ctx, x);
  }
  return 0;
}

void scale(Context& ctx, float factor, Tensor& x) {
  check_f32("scale", "x", x);
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::scale(ctx, factor, x);
  }
}

void clamp(Context& ctx, float limit, Tensor& x) {
  check_f32("clamp", "x", x);
  if (!(limit >= 0))
    argument_error("clamp", "limit is " + std::to_string(limit) + "; at least 0 wanted");
  switch (ctx.device().type) {
    case Device::Type::cpu:
      return cpu::clamp(ctx, limit, x);
  }
}

}  // namespace fovea
