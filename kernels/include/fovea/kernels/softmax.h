// SPDX-License-Identifier: Apache-2.0
// Softmax, and softmax with cross-entropy. z (n, classes), f32.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

// The loss of a row with logits z and label l is -(sum over c of w_c t_c log p_c), where p =
// softmax(z) and t = (1 - q) onehot(l) + q / classes; over a batch its mean is the sum divided by
// the sum of w_l. PyTorch's cross_entropy(z, l, weight=w, label_smoothing=q).
struct CrossEntropyParams {
  float label_smoothing = 0;  // q in [0, 1)
  // The gradient is of the sum of losses divided by this, the whole batch's w_l; 0: by this one's.
  float divisor = 0;
  Tensor class_weights = {};  // w (classes), f32, none negative; empty: all 1
};

// p = softmax(z), row by row, with the row's maximum subtracted first. p may be z.
using SoftmaxForward = void(Context& ctx, const Tensor& z, Tensor& p);
// losses (n): each sample's loss; dz (as z, or empty): the gradient of their sum over the divisor.
// dz may be z. labels (n) i32 in [0, classes): ArgumentError else; on a GPU, where to look at them
// is to wait, the sample's loss and gradient are NaN.
using SoftmaxCrossEntropy = void(Context& ctx, const CrossEntropyParams& params, const Tensor& z,
                                 const Tensor& labels, Tensor& losses, Tensor& dz);

// ranks (n), i32: the number of classes with a larger logit than the label's, or an equal one and a
// smaller index; a NaN counts as larger, and a label whose logit is one has rank `classes`. labels
// as above; on a GPU the rank of one out of range is `classes`.
using LabelRanks = void(Context& ctx, const Tensor& z, const Tensor& labels, Tensor& ranks);

// Throws ArgumentError naming the sample when a label is not in [0, classes). Looks at labels on
// the host only.
void check_labels(const Tensor& labels, int64_t classes);
// What the losses of a batch are divided by: params.divisor, or the sum of the labels' weights,
// which are fetched to the host where they lie elsewhere.
float loss_divisor(const CrossEntropyParams& params, const Tensor& labels);

SoftmaxForward softmax_forward;  // each checks its arguments, then calls the device's:
SoftmaxCrossEntropy softmax_cross_entropy;
LabelRanks label_ranks;

namespace cpu {
SoftmaxForward softmax_forward;
SoftmaxCrossEntropy softmax_cross_entropy;
LabelRanks label_ranks;
}  // namespace cpu

}  // namespace fovea
