// SPDX-License-Identifier: Apache-2.0
// A convolution as a matrix product: one row per output pixel in the order (sample, row, column),
// one column per element of its patch in the order (filter row, filter column, channel).
#pragma once

#include <fovea/kernels/conv2d.h>

#include <numeric>

namespace fovea::cpu {

struct PatchGeometry {
  int64_t samples = 0, height = 0, width = 0, channels = 0;  // the array read, of all groups
  int64_t groups = 1;
  Extent2d kernel, stride, dilation;
  int64_t top = 0, left = 0;  // the first window's corner is pixel (-top, -left)
  Extent2d out;

  int64_t group_channels() const { return channels / groups; }
  int64_t depth() const { return kernel.h * kernel.w * group_channels(); }
  int64_t sample_pixels() const { return out.h * out.w; }
  int64_t pixels() const { return samples * sample_pixels(); }
  // Rows and columns that one window covers.
  Extent2d span() const {
    return {(kernel.h - 1) * dilation.h + 1, (kernel.w - 1) * dilation.w + 1};
  }
};

inline Window2d window_of(const Conv2dParams& params, const Shape& w) {
  return {{w[1], w[2]}, params.stride, params.dilation, params.padding, params.rounding};
}

inline PatchGeometry forward_geometry(const Conv2dParams& params, const Shape& x, const Shape& w) {
  return {.samples = x[0],
          .height = x[1],
          .width = x[2],
          .channels = x[3],
          .groups = params.groups,
          .kernel = {w[1], w[2]},
          .stride = params.stride,
          .dilation = params.dilation,
          .top = params.padding.top,
          .left = params.padding.left,
          .out = window_of(params, w).output("conv2d", {x[1], x[2]})};
}

}  // namespace fovea::cpu
