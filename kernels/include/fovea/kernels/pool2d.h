// SPDX-License-Identifier: Apache-2.0
// Max and average pooling. x (n, h, w, c), y (n, p, q, c), f32.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>
#include <fovea/kernels/window2d.h>

namespace FOVEA_API fovea {

struct Pool2dParams {
  Extent2d kernel, stride;
  Padding padding;
  Rounding rounding = Rounding::floor;
  bool count_include_pad =
      false;  // average: divide by the window's cells in input and padding, else in the input only
};

// Shape of y. Throws ArgumentError for windows that do not fit, and for padding that lets a window
// miss the input.
Shape pool2d_output_shape(const char* op, const Pool2dParams& params, const Shape& x);
// Type of the argmax tensor: u8 for windows of at most 256 cells, else i32.
DType max_pool2d_index_type(const Pool2dParams& params);

// The first maximum in row-major order wins, the first NaN wins over all; padding never wins.
// argmax (as y): the winner's place r * kernel.w + s in its window; may be empty when no backward
// pass follows.
using MaxPool2dForward = void(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y,
                              Tensor& argmax);
// relu_output: empty, or x where x is the output of a ReLU whose gradient is to be applied as well.
using MaxPool2dBackward = void(Context& ctx, const Pool2dParams& params, const Tensor& argmax,
                               const Tensor& dy, const Tensor& relu_output, Tensor& dx);
using AvgPool2dForward = void(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y);
using AvgPool2dBackward = void(Context& ctx, const Pool2dParams& params, const Tensor& dy,
                               Tensor& dx);

MaxPool2dForward max_pool2d_forward;  // each checks its arguments, then calls the device's:
MaxPool2dBackward max_pool2d_backward;
AvgPool2dForward avg_pool2d_forward;
AvgPool2dBackward avg_pool2d_backward;

namespace cpu {
MaxPool2dForward max_pool2d_forward;
MaxPool2dBackward max_pool2d_backward;
AvgPool2dForward avg_pool2d_forward;
AvgPool2dBackward avg_pool2d_backward;
}  // namespace cpu

}  // namespace fovea
