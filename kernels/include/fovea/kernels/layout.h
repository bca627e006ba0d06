// SPDX-License-Identifier: Apache-2.0
// Between the layout of Fovea's images and filters, channels last, and that of interchange formats.
// Filters (out, in, h, w) and (out, h, w, in) are converted in the same way.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

// f32; x and y do not overlap.
using LayoutOp = void(Context& ctx, const Tensor& x, Tensor& y);

LayoutOp nchw_to_nhwc;  // x (n, c, h, w), y (n, h, w, c)
LayoutOp nhwc_to_nchw;  // x (n, h, w, c), y (n, c, h, w)

namespace cpu {
LayoutOp nchw_to_nhwc;
LayoutOp nhwc_to_nchw;
}  // namespace cpu

}  // namespace fovea
