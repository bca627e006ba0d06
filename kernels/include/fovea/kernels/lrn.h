// SPDX-License-Identifier: Apache-2.0
// Local response normalisation (Krizhevsky et al. 2012, section 3.3):
//   y = x * s^-beta,  s = k + a * sum of x^2 over a window around the element,
//   a = alpha (alpha_mode sum, the printed formula) or alpha / cells of a full window (mean:
//   PyTorch, Caffe, ONNX).
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>
#include <fovea/kernels/pool2d.h>

namespace FOVEA_API fovea {

struct LrnParams {
  enum class AlphaMode : uint8_t { mean, sum };
  enum class Region : uint8_t { across_channels, within_map };

  int64_t size = 5;  // window: `size` adjacent channels, or size x size pixels of one map
  float alpha = 1e-4f, beta = 0.75f, k = 1;
  AlphaMode alpha_mode = AlphaMode::mean;
  // across_channels: channels [c - (size - 1) / 2, c + size / 2] (the ONNX rule for even sizes),
  // clipped to the group; within_map: the same for rows and columns, clipped to the map.
  Region region = Region::across_channels;
  int64_t groups = 1;  // of channels; windows do not cross groups
};

// x, y (n, h, w, c). Backward recomputes s from x.
using LrnForward = void(Context& ctx, const LrnParams& params, const Tensor& x, Tensor& y);
// relu_output: empty, or x where x is the output of a ReLU whose gradient is to be applied as well.
using LrnBackward = void(Context& ctx, const LrnParams& params, const Tensor& x, const Tensor& dy,
                         const Tensor& relu_output, Tensor& dx);

// Whether the two can be one pass: normalisation across channels, windows of at most 256 cells.
bool lrn_max_pool2d_exists(const LrnParams& lrn, const Pool2dParams& pool);
// Normalisation and max pooling of its result in one pass; the same bits as one after the other.
// REQUIRES: lrn_max_pool2d_exists(lrn, pool). argmax is of type u8.
using LrnMaxPool2dForward = void(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                                 const Tensor& x, Tensor& y, Tensor& argmax);
using LrnMaxPool2dBackward = void(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                                  const Tensor& x, const Tensor& argmax, const Tensor& dy,
                                  const Tensor& relu_output, Tensor& dx);

// Workspace bytes that any pass needs at most in this context, the fused ones included (`pool`
// null: not fused).
using LrnWorkspace = size_t(const Context& ctx, const LrnParams& params, const Pool2dParams* pool,
                            const Shape& x);

LrnWorkspace lrn_workspace;
LrnForward lrn_forward;  // each checks its arguments, then calls the device's:
LrnBackward lrn_backward;
LrnMaxPool2dForward lrn_max_pool2d_forward;
LrnMaxPool2dBackward lrn_max_pool2d_backward;

namespace cpu {
LrnWorkspace lrn_workspace;
LrnForward lrn_forward;
LrnBackward lrn_backward;
LrnMaxPool2dForward lrn_max_pool2d_forward;
LrnMaxPool2dBackward lrn_max_pool2d_backward;
}  // namespace cpu

}  // namespace fovea
