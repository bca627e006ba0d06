// SPDX-License-Identifier: Apache-2.0
// Two-dimensional convolution (cross-correlation, as in every network framework), grouped.
//   y(n,p,q,k) = b(k) + sum over r, s, c of x(n, p*stride + r*dilation - top, q*stride + s*dilation
//   - left, g*C/G + c) w(k,r,s,c)
// x (n, h, w, c), w (k, r, s, c / groups), b (k) or empty, y (n, p, q, k), all f32.
// The order of each sum is specified in docs/numerics.md.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>
#include <fovea/kernels/weight.h>
#include <fovea/kernels/window2d.h>

#include <cstddef>

namespace FOVEA_API fovea {

struct Conv2dParams {
  Extent2d stride, dilation;
  Padding padding;
  int64_t groups = 1;
  Rounding rounding = Rounding::floor;
  bool relu = false;  // forward: y = max(y, 0), a NaN passes
};

// Shape of y. Throws ArgumentError when x, w and params do not fit together.
Shape conv2d_output_shape(const Conv2dParams& params, const Shape& x, const Shape& w);
// Workspace bytes that any of the three passes needs at most in this context.
using Conv2dWorkspace = size_t(const Context& ctx, const Conv2dParams& params, const Shape& x,
                               const Shape& w);

using Conv2dForward = void(Context& ctx, const Conv2dParams& params, const Tensor& x,
                           const Weight& w, const Tensor& b, Tensor& y);
// relu_output: empty, or x where x is the output of a ReLU whose gradient is to be applied as well
// (dx is 0 where x is not above 0).
using Conv2dDataGradient = void(Context& ctx, const Conv2dParams& params, const Tensor& dy,
                                const Weight& w, const Tensor& relu_output, Tensor& dx);
// db: (k), or empty when the layer has no bias.
using Conv2dWeightGradient = void(Context& ctx, const Conv2dParams& params, const Tensor& x,
                                  const Tensor& dy, Tensor& dw, Tensor& db);

Conv2dWorkspace conv2d_workspace;
Conv2dForward conv2d_forward;  // checks its arguments, then calls the device's:
Conv2dDataGradient conv2d_data_gradient;
Conv2dWeightGradient conv2d_weight_gradient;

namespace cpu {
Conv2dWorkspace conv2d_workspace;
Conv2dForward conv2d_forward;
Conv2dDataGradient conv2d_data_gradient;
Conv2dWeightGradient conv2d_weight_gradient;
}  // namespace cpu

}  // namespace fovea
