// SPDX-License-Identifier: Apache-2.0
// Linear layers by cuBLAS, for fast numerics in every precision.
#pragma once

#include <fovea/kernels/linear.h>

namespace fovea::cuda::cublas {

LinearWorkspace linear_workspace;
LinearForward linear_forward;
LinearDataGradient linear_data_gradient;
LinearWeightGradient linear_weight_gradient;

}  // namespace fovea::cuda::cublas
