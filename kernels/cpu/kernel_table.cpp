// SPDX-License-Identifier: Apache-2.0
#include "kernel_table.h"

namespace fovea {

const KernelTable& cpu_kernels() {
  static constexpr KernelTable kTable{
      .activation_forward = cpu::activation_forward,
      .activation_backward = cpu::activation_backward,
      .cast = cpu::cast,
      .add = cpu::add,
      .concat = cpu::concat,
      .split = cpu::split,
      .sum = cpu::sum,
      .sum_of_squares = cpu::sum_of_squares,
      .scale = cpu::scale,
      .clamp = cpu::clamp,
      .limit_norm = cpu::limit_norm,
      .halt_unless_finite = cpu::halt_unless_finite,
      .conv2d_workspace = cpu::conv2d_workspace,
      .conv2d_forward = cpu::conv2d_forward,
      .conv2d_data_gradient = cpu::conv2d_data_gradient,
      .conv2d_weight_gradient = cpu::conv2d_weight_gradient,
      .dropout_forward = cpu::dropout_forward,
      .dropout_backward = cpu::dropout_backward,
      .dropout_inference = cpu::dropout_inference,
      .nchw_to_nhwc = cpu::nchw_to_nhwc,
      .nhwc_to_nchw = cpu::nhwc_to_nchw,
      .linear_workspace = cpu::linear_workspace,
      .linear_forward = cpu::linear_forward,
      .linear_data_gradient = cpu::linear_data_gradient,
      .linear_weight_gradient = cpu::linear_weight_gradient,
      .lrn_workspace = cpu::lrn_workspace,
      .lrn_forward = cpu::lrn_forward,
      .lrn_backward = cpu::lrn_backward,
      .lrn_max_pool2d_forward = cpu::lrn_max_pool2d_forward,
      .lrn_max_pool2d_backward = cpu::lrn_max_pool2d_backward,
      .max_pool2d_forward = cpu::max_pool2d_forward,
      .max_pool2d_backward = cpu::max_pool2d_backward,
      .avg_pool2d_forward = cpu::avg_pool2d_forward,
      .avg_pool2d_backward = cpu::avg_pool2d_backward,
      .pixels_to_floats = cpu::pixels_to_floats,
      .sgd_update = cpu::sgd_update,
      .softmax_forward = cpu::softmax_forward,
      .softmax_cross_entropy = cpu::softmax_cross_entropy,
      .label_ranks = cpu::label_ranks,
  };
  return kTable;
}

}  // namespace fovea
