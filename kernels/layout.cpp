// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/layout.h>

namespace fovea {

void nchw_to_nhwc(Context& ctx, const Tensor& x, Tensor& y) {
  const detail::Op op("nchw_to_nhwc", ctx);
  detail::check_f32(op, "x", x);
  detail::check_rank(op, "x", x, 4, "(n, c, h, w)");
  const Shape& s = x.shape();
  detail::check_output(op, "y", y, {s[0], s[2], s[3], s[1]});
  kernels_of(ctx).nchw_to_nhwc(ctx, x, y);
}

void nhwc_to_nchw(Context& ctx, const Tensor& x, Tensor& y) {
  const detail::Op op("nhwc_to_nchw", ctx);
  detail::check_f32(op, "x", x);
  detail::check_rank(op, "x", x, 4, "(n, h, w, c)");
  const Shape& s = x.shape();
  detail::check_output(op, "y", y, {s[0], s[3], s[1], s[2]});
  kernels_of(ctx).nhwc_to_nchw(ctx, x, y);
}

}  // namespace fovea
