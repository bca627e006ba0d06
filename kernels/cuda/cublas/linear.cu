// SPDX-License-Identifier: Apache-2.0
// A row-major matrix (rows, columns) is, to cuBLAS, a column-major one of `columns` rows: the
// transpose. So x is (in x batch), w (in x out), y and dy (out x batch).
#include "cuda/cublas/linear.h"

#include "cuda/common/rows.cuh"
#include "cuda/cublas/product.h"
#include "cuda/gemm/products.h"
#include "cuda/ops.h"

#include <algorithm>

namespace fovea::cuda::cublas {
namespace {

constexpr cublasOperation_t kPlain = CUBLAS_OP_N, kTransposed = CUBLAS_OP_T;

// y = y + b, then the ReLU if asked.
__global__ void __launch_bounds__(kRowThreads)
    add_bias_kernel(RowWork work, const float* b, bool relu, float* y) {
  for_items(work, [&](int64_t row, int64_t column) {
    float& element = y[row * work.width + column];
    const float v = element + b[column];
    element = relu && v <= 0 ? 0.0f : v;
  });
}

struct Extents {
  int batch, in, out;
};

// Throws ArgumentError where 32 bits do not hold them.
Extents extents_of(int64_t batch, int64_t in, int64_t out) {
  const ConvGeometry g = linear_geometry(batch, in, out);
  return {g.patches.samples, g.patches.channels, g.outputs};
}

}  // namespace

size_t linear_workspace(const Context& ctx, int64_t batch, int64_t in, int64_t out) {
  return std::max(cublas_workspace(ctx, batch * std::max(in, out)),
                  cuda::linear_workspace(ctx, batch, in, out));
}

void linear_forward(Context& ctx, const LinearParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  const Extents e = extents_of(x.shape()[0], x.shape()[1], w.shape()[0]);
  if (e.batch == 0) return;
  multiply(ctx, "linear_forward",
           {.m = e.out,
            .n = e.batch,
            .k = e.in,
            .a = {w.data<float>(), e.in, kTransposed},
            .b = {x.data<float>(), e.in, kPlain},
            .a_rounded = w.rounded.data<BFloat16>(),
            .c = y.data<float>(),
            .c_pitch = e.out});
  if (b) {
    const RowWork work(e.batch, e.out);
    launch(ctx, "linear_forward (bias)", add_bias_kernel, work.blocks, work.threads, 0, work,
           b.data<float>(), params.relu, y.data<float>());
  } else if (params.relu) {
    cuda::activation_forward(ctx, Activation::relu, y, y);
  }
}

void linear_data_gradient(Context& ctx, const Tensor& dy, const Weight& w,
                          const Tensor& relu_output, Tensor& dx) {
  const Extents e = extents_of(dx.shape()[0], dx.shape()[1], w.shape()[0]);
  if (e.batch == 0) return;
  multiply(ctx, "linear_data_gradient",
           {.m = e.in,
            .n = e.batch,
            .k = e.out,
            .a = {w.data<float>(), e.in, kPlain},
            .b = {dy.data<float>(), e.out, kPlain},
            .a_rounded = w.rounded.data<BFloat16>(),
            .c = dx.data<float>(),
            .c_pitch = e.in});
  if (relu_output) cuda::activation_backward(ctx, Activation::relu, relu_output, dx, dx);
}

void linear_weight_gradient(Context& ctx, const Tensor& x, const Tensor& dy, Tensor& dw,
                            Tensor& db) {
  const Extents e = extents_of(x.shape()[0], x.shape()[1], dw.shape()[0]);
  if (e.batch == 0) return cuda::linear_weight_gradient(ctx, x, dy, dw, db);
  multiply(ctx, "linear_weight_gradient",
           {.m = e.in,
            .n = e.out,
            .k = e.batch,
            .a = {x.data<float>(), e.in, kPlain},
            .b = {dy.data<float>(), e.out, kTransposed},
            .c = dw.data<float>(),
            .c_pitch = e.in});
  if (db) {
    bias_gradient_product(ctx, "linear_weight_gradient", linear_geometry(e.batch, e.in, e.out),
                          dy.data<float>(), db.data<float>());
  }
}

}  // namespace fovea::cuda::cublas
