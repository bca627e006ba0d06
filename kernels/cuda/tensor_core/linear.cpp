// SPDX-License-Identifier: Apache-2.0
#include "cuda/tensor_core/linear.h"

#include "cuda/tensor_core/conv2d.h"

namespace fovea::cuda::tensor_core {
namespace {

// (rows, columns) as (rows, 1, 1, columns).
Tensor pixels(const Tensor& matrix) {
  if (!matrix) return {};
  return matrix.reshaped({matrix.shape()[0], 1, 1, matrix.shape()[1]});
}

Weight pixels(const Weight& w) {
  return {pixels(static_cast<const Tensor&>(w)), pixels(w.rounded)};
}

}  // namespace

size_t linear_workspace(const Context& ctx, int64_t batch, int64_t in, int64_t out) {
  return tensor_core::conv2d_workspace(ctx, {}, {batch, 1, 1, in}, {out, 1, 1, in});
}

void linear_forward(Context& ctx, const LinearParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  Tensor to = pixels(y);
  tensor_core::conv2d_forward(ctx, {.relu = params.relu}, pixels(x), pixels(w), b, to);
}

void linear_data_gradient(Context& ctx, const Tensor& dy, const Weight& w,
                          const Tensor& relu_output, Tensor& dx) {
  Tensor to = pixels(dx);
  tensor_core::conv2d_data_gradient(ctx, {}, pixels(dy), pixels(w), pixels(relu_output), to);
}

void linear_weight_gradient(Context& ctx, const Tensor& x, const Tensor& dy, Tensor& dw,
                            Tensor& db) {
  Tensor to = pixels(dw);
  tensor_core::conv2d_weight_gradient(ctx, {}, pixels(x), pixels(dy), to, db);
}

}  // namespace fovea::cuda::tensor_core
