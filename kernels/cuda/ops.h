// SPDX-License-Identifier: Apache-2.0
// The ops on CUDA devices. Each puts its work into the context's stream and returns.
#pragma once

#include "kernel_table.h"

namespace fovea::cuda {

ActivationForward activation_forward;
ActivationBackward activation_backward;

CastOp cast;

AddOp add;
ConcatOp concat;
SplitOp split;
SumOp sum;

SumOfSquares sum_of_squares;
Scale scale;
Clamp clamp;
LimitNorm limit_norm;
HaltUnlessFinite halt_unless_finite;

Conv2dWorkspace conv2d_workspace;
Conv2dForward conv2d_forward;
Conv2dDataGradient conv2d_data_gradient;
Conv2dWeightGradient conv2d_weight_gradient;

DropoutForward dropout_forward;
DropoutBackward dropout_backward;
DropoutInference dropout_inference;

LayoutOp nchw_to_nhwc;
LayoutOp nhwc_to_nchw;

LinearWorkspace linear_workspace;
LinearForward linear_forward;
LinearDataGradient linear_data_gradient;
LinearWeightGradient linear_weight_gradient;

LrnWorkspace lrn_workspace;
LrnForward lrn_forward;
LrnBackward lrn_backward;
LrnMaxPool2dForward lrn_max_pool2d_forward;
LrnMaxPool2dBackward lrn_max_pool2d_backward;

MaxPool2dForward max_pool2d_forward;
MaxPool2dBackward max_pool2d_backward;
AvgPool2dForward avg_pool2d_forward;
AvgPool2dBackward avg_pool2d_backward;

PixelsToFloats pixels_to_floats;

SgdUpdate sgd_update;

SoftmaxForward softmax_forward;
SoftmaxCrossEntropy softmax_cross_entropy;
LabelRanks label_ranks;

}  // namespace fovea::cuda
