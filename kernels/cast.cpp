// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/cast.h>

namespace fovea {

void cast(Context& ctx, const Tensor& x, Tensor& y) {
  const detail::Op op("cast", ctx);
  const bool narrows = x.dtype() == DType::f32;
  detail::check_type(op, "x", x, narrows ? DType::f32 : DType::bf16);
  detail::check_output(op, "y", y, x.shape(), narrows ? DType::bf16 : DType::f32);
  kernels_of(ctx).cast(ctx, x, y);
}

}  // namespace fovea
