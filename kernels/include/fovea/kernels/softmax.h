// SPDX-License-Identifier: Apache-2.0
// Softmax, and softmax with cross-entropy. z (n, classes), f32.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

struct CrossEntropyParams {
  float label_smoothing = 0;  // e in [0, 1): target = (1 - e) onehot + e / classes (PyTorch's rule)
  int64_t count = 0;          // the gradient is of the sum of losses divided by this; 0: by n
};

// p = softmax(z), row by row, with the row's maximum subtracted first. p may be z.
using SoftmaxForward = void(Context& ctx, const Tensor& z, Tensor& p);
// losses (n): each sample's loss; dz (as z, or empty): the gradient of their mean. dz may be z.
// labels (n) i32 in [0, classes): ArgumentError else.
using SoftmaxCrossEntropy = void(Context& ctx, const CrossEntropyParams& params, const Tensor& z,
                                 const Tensor& labels, Tensor& losses, Tensor& dz);

SoftmaxForward softmax_forward;  // each checks its arguments, then calls the device's:
SoftmaxCrossEntropy softmax_cross_entropy;

namespace cpu {
SoftmaxForward softmax_forward;
SoftmaxCrossEntropy softmax_cross_entropy;
}  // namespace cpu

}  // namespace fovea
