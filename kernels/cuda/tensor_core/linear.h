// SPDX-License-Identifier: Apache-2.0
// Linear layers on tensor cores: convolutions of one pixel.
#pragma once

#include <fovea/kernels/linear.h>

namespace fovea::cuda::tensor_core {

LinearWorkspace linear_workspace;
LinearForward linear_forward;
LinearDataGradient linear_data_gradient;
LinearWeightGradient linear_weight_gradient;

}  // namespace fovea::cuda::tensor_core
