// SPDX-License-Identifier: Apache-2.0
// Fully connected layer: y = x w^T + b. x (n, in), w (out, in), b (out) or empty, y (n, out), all
// f32. The order of each sum is specified in docs/numerics.md.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>
#include <fovea/kernels/weight.h>

#include <cstddef>

namespace FOVEA_API fovea {

struct LinearParams {
  bool relu = false;  // forward: y = max(y, 0), a NaN passes
};

// Workspace bytes that any of the three passes needs at most in this context.
using LinearWorkspace = size_t(const Context& ctx, int64_t batch, int64_t in, int64_t out);

using LinearForward = void(Context& ctx, const LinearParams& params, const Tensor& x,
                           const Weight& w, const Tensor& b, Tensor& y);
// relu_output: empty, or x where x is the output of a ReLU whose gradient is to be applied as well.
using LinearDataGradient = void(Context& ctx, const Tensor& dy, const Weight& w,
                                const Tensor& relu_output, Tensor& dx);
// The same for outputs behind those whose part of the sums is in dx, which goes on from there: of a
// layer whose outputs are computed in pieces, in their order. On the CPU only.
using LinearDataGradientFrom = void(Context& ctx, const Tensor& dy, const Tensor& w, Tensor& dx);
using LinearWeightGradient = void(Context& ctx, const Tensor& x, const Tensor& dy, Tensor& dw,
                                  Tensor& db);

LinearWorkspace linear_workspace;
LinearForward linear_forward;  // checks its arguments, then calls the device's:
LinearDataGradient linear_data_gradient;
LinearDataGradientFrom linear_data_gradient_from;
LinearWeightGradient linear_weight_gradient;

namespace cpu {
LinearWorkspace linear_workspace;
LinearForward linear_forward;
LinearDataGradient linear_data_gradient;
LinearDataGradientFrom linear_data_gradient_from;
LinearWeightGradient linear_weight_gradient;
}  // namespace cpu

}  // namespace fovea
