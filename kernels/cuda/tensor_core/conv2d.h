// SPDX-License-Identifier: Apache-2.0
// Convolution on tensor cores, in the context's precision: products of rounded operands, sums in
// fp32 in an order of the kernels' own. The same bits on every run of one kind of device.
#pragma once

#include <fovea/kernels/conv2d.h>

namespace fovea::cuda::tensor_core {

Conv2dWorkspace conv2d_workspace;
Conv2dForward conv2d_forward;
Conv2dDataGradient conv2d_data_gradient;
Conv2dWeightGradient conv2d_weight_gradient;

}  // namespace fovea::cuda::tensor_core
