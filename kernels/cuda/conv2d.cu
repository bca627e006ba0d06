// SPDX-License-Identifier: Apache-2.0
// Convolution and linear layers on CUDA devices: what the products are given.
#include "cuda/gemm/products.h"
#include "cuda/ops.h"

namespace fovea::cuda {

size_t conv2d_workspace(const Context& ctx, const Conv2dParams& params, const Shape& x,
                        const Shape& w) {
  return product_workspace(ctx, conv_geometry(params, x, w));
}

void conv2d_forward(Context& ctx, const Conv2dParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  forward_product(ctx, "conv2d_forward", conv_geometry(params, x.shape(), w.shape()),
                  x.data<float>(), w.data<float>(), b.data<float>(), params.relu, y.data<float>());
}

void conv2d_data_gradient(Context& ctx, const Conv2dParams& params, const Tensor& dy,
                          const Weight& w, const Tensor& relu_output, Tensor& dx) {
  data_gradient_product(ctx, "conv2d_data_gradient", conv_geometry(params, dx.shape(), w.shape()),
                        dy.data<float>(), w.data<float>(), relu_output.data<float>(),
                        dx.data<float>());
}

void conv2d_weight_gradient(Context& ctx, const Conv2dParams& params, const Tensor& x,
                            const Tensor& dy, Tensor& dw, Tensor& db) {
  weight_gradient_product(ctx, "conv2d_weight_gradient",
                          conv_geometry(params, x.shape(), dw.shape()), x.data<float>(),
                          dy.data<float>(), dw.data<float>(), db.data<float>());
}

size_t linear_workspace(const Context& ctx, int64_t batch, int64_t in, int64_t out) {
  return product_workspace(ctx, linear_geometry(batch, in, out));
}

void linear_forward(Context& ctx, const LinearParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  forward_product(ctx, "linear_forward", linear_geometry(x.shape()[0], x.shape()[1], w.shape()[0]),
                  x.data<float>(), w.data<float>(), b.data<float>(), params.relu, y.data<float>());
}

void linear_data_gradient(Context& ctx, const Tensor& dy, const Weight& w,
                          const Tensor& relu_output, Tensor& dx) {
  data_gradient_product(
      ctx, "linear_data_gradient", linear_geometry(dx.shape()[0], dx.shape()[1], w.shape()[0]),
      dy.data<float>(), w.data<float>(), relu_output.data<float>(), dx.data<float>());
}

void linear_weight_gradient(Context& ctx, const Tensor& x, const Tensor& dy, Tensor& dw,
                            Tensor& db) {
  weight_gradient_product(ctx, "linear_weight_gradient",
                          linear_geometry(x.shape()[0], x.shape()[1], dw.shape()[0]),
                          x.data<float>(), dy.data<float>(), dw.data<float>(), db.data<float>());
}

}  // namespace fovea::cuda
