// SPDX-License-Identifier: Apache-2.0
#include "kernel_table.h"

#include "cuda/cublas/library.h"
#include "cuda/cublas/linear.h"
#include "cuda/ops.h"
#include "cuda/tensor_core/conv2d.h"
#include "cuda/tensor_core/linear.h"

namespace fovea {
namespace {

constexpr KernelTable kTable{
    .activation_forward = cuda::activation_forward,
    .activation_backward = cuda::activation_backward,
    .cast = cuda::cast,
    .add = cuda::add,
    .concat = cuda::concat,
    .split = cuda::split,
    .sum = cuda::sum,
    .sum_of_squares = cuda::sum_of_squares,
    .scale = cuda::scale,
    .clamp = cuda::clamp,
    .limit_norm = cuda::limit_norm,
    .halt_unless_finite = cuda::halt_unless_finite,
    .conv2d_workspace = cuda::conv2d_workspace,
    .conv2d_forward = cuda::conv2d_forward,
    .conv2d_data_gradient = cuda::conv2d_data_gradient,
    .conv2d_weight_gradient = cuda::conv2d_weight_gradient,
    .dropout_forward = cuda::dropout_forward,
    .dropout_backward = cuda::dropout_backward,
    .dropout_inference = cuda::dropout_inference,
    .nchw_to_nhwc = cuda::nchw_to_nhwc,
    .nhwc_to_nchw = cuda::nhwc_to_nchw,
    .linear_workspace = cuda::linear_workspace,
    .linear_forward = cuda::linear_forward,
    .linear_data_gradient = cuda::linear_data_gradient,
    .linear_weight_gradient = cuda::linear_weight_gradient,
    .lrn_workspace = cuda::lrn_workspace,
    .lrn_forward = cuda::lrn_forward,
    .lrn_backward = cuda::lrn_backward,
    .lrn_max_pool2d_forward = cuda::lrn_max_pool2d_forward,
    .lrn_max_pool2d_backward = cuda::lrn_max_pool2d_backward,
    .max_pool2d_forward = cuda::max_pool2d_forward,
    .max_pool2d_backward = cuda::max_pool2d_backward,
    .avg_pool2d_forward = cuda::avg_pool2d_forward,
    .avg_pool2d_backward = cuda::avg_pool2d_backward,
    .pixels_to_floats = cuda::pixels_to_floats,
    .sgd_update = cuda::sgd_update,
    .softmax_forward = cuda::softmax_forward,
    .softmax_cross_entropy = cuda::softmax_cross_entropy,
    .label_ranks = cuda::label_ranks,
};

constexpr KernelTable with_tensor_cores(KernelTable table) {
  namespace fast = cuda::tensor_core;
  table.conv2d_workspace = fast::conv2d_workspace;
  table.conv2d_forward = fast::conv2d_forward;
  table.conv2d_data_gradient = fast::conv2d_data_gradient;
  table.conv2d_weight_gradient = fast::conv2d_weight_gradient;
  table.linear_workspace = fast::linear_workspace;
  table.linear_forward = fast::linear_forward;
  table.linear_data_gradient = fast::linear_data_gradient;
  table.linear_weight_gradient = fast::linear_weight_gradient;
  return table;
}
constexpr KernelTable with_cublas(KernelTable table) {
  namespace blas = cuda::cublas;
  table.linear_workspace = blas::linear_workspace;
  table.linear_forward = blas::linear_forward;
  table.linear_data_gradient = blas::linear_data_gradient;
  table.linear_weight_gradient = blas::linear_weight_gradient;
  return table;
}

// For fp32 and for tensor cores, with linear layers of our own and with cuBLAS's.
constexpr KernelTable kTensorCoreTable = with_tensor_cores(kTable);
constexpr KernelTable kTables[2][2] = {{kTable, with_cublas(kTable)},
                                       {kTensorCoreTable, with_cublas(kTensorCoreTable)}};

}  // namespace

const KernelTable* cuda_kernels(Precision precision, Numerics numerics) {
  const bool by_cublas = numerics == Numerics::fast && cuda::cublas_library() != nullptr;
  return &kTables[precision != Precision::fp32][by_cublas];
}

}  // namespace fovea
