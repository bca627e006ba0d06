// SPDX-License-Identifier: Apache-2.0
// The ops of one kind of device, each of the op's one function type.
#pragma once

#include <fovea/kernels/activation.h>
#include <fovea/kernels/cast.h>
#include <fovea/kernels/clip.h>
#include <fovea/kernels/conv2d.h>
#include <fovea/kernels/dropout.h>
#include <fovea/kernels/elementwise.h>
#include <fovea/kernels/layout.h>
#include <fovea/kernels/linear.h>
#include <fovea/kernels/lrn.h>
#include <fovea/kernels/pixels.h>
#include <fovea/kernels/pool2d.h>
#include <fovea/kernels/sgd.h>
#include <fovea/kernels/softmax.h>

namespace fovea {

struct KernelTable {
  ActivationForward* activation_forward;
  ActivationBackward* activation_backward;

  CastOp* cast;

  AddOp* add;
  ConcatOp* concat;
  SplitOp* split;
  SumOp* sum;

  SumOfSquares* sum_of_squares;
  Scale* scale;
  Clamp* clamp;
  LimitNorm* limit_norm;
  HaltUnlessFinite* halt_unless_finite;

  Conv2dWorkspace* conv2d_workspace;
  Conv2dForward* conv2d_forward;
  Conv2dDataGradient* conv2d_data_gradient;
  Conv2dWeightGradient* conv2d_weight_gradient;

  DropoutForward* dropout_forward;
  DropoutBackward* dropout_backward;
  DropoutInference* dropout_inference;

  LayoutOp* nchw_to_nhwc;
  LayoutOp* nhwc_to_nchw;

  LinearWorkspace* linear_workspace;
  LinearForward* linear_forward;
  LinearDataGradient* linear_data_gradient;
  LinearWeightGradient* linear_weight_gradient;

  LrnWorkspace* lrn_workspace;
  LrnForward* lrn_forward;
  LrnBackward* lrn_backward;
  LrnMaxPool2dForward* lrn_max_pool2d_forward;
  LrnMaxPool2dBackward* lrn_max_pool2d_backward;

  MaxPool2dForward* max_pool2d_forward;
  MaxPool2dBackward* max_pool2d_backward;
  AvgPool2dForward* avg_pool2d_forward;
  AvgPool2dBackward* avg_pool2d_backward;

  PixelsToFloats* pixels_to_floats;

  SgdUpdate* sgd_update;

  SoftmaxForward* softmax_forward;
  SoftmaxCrossEntropy* softmax_cross_entropy;
  LabelRanks* label_ranks;
};

const KernelTable& cpu_kernels();
// Null in a program without the CUDA kernels. Those for a precision below fp32 multiply on tensor
// cores; under fast numerics linear layers are cuBLAS's, where it is there.
const KernelTable* cuda_kernels(Precision precision, Numerics numerics);
// Those of the context's device. Throws DeviceError where this program has none.
const KernelTable& kernels_of(const Context& ctx);

}  // namespace fovea
