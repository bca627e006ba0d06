// SPDX-License-Identifier: Apache-2.0
// Which cells of the input a pooling window holds, and which windows hold a pixel, axis by axis.
#pragma once

#include <fovea/core/host_device.h>
#include <fovea/core/shape.h>
#include <fovea/kernels/pool2d.h>

#include <algorithm>
#include <cstdint>

namespace fovea::detail {

struct Range {
  int64_t begin, end;

  FOVEA_HOST_DEVICE int64_t size() const { return end - begin; }
};

struct PoolAxis {
  int64_t in, out, kernel, stride, before, after;

  // The first cell of window o, as a pixel; may be before the input.
  FOVEA_HOST_DEVICE int64_t start(int64_t o) const { return o * stride - before; }
  // The cells of window o that are in the input. Never none (pool2d_output_shape checks).
  FOVEA_HOST_DEVICE Range cells(int64_t o) const {
    return {std::max<int64_t>(0, -start(o)), std::min(kernel, in - start(o))};
  }
  // The cells of window o that are in the input or its padding.
  FOVEA_HOST_DEVICE int64_t padded_cells(int64_t o) const {
    return std::min(kernel, in + after - start(o));
  }
  // The windows that hold pixel i.
  FOVEA_HOST_DEVICE Range windows(int64_t i) const {
    const int64_t reach = i + before - kernel;  // the window that starts after it, minus one pixel
    return {reach < 0 ? 0 : reach / stride + 1, std::min(out, (i + before) / stride + 1)};
  }
};

struct PoolGeometry {
  PoolAxis h, w;
  int64_t channels;

  PoolGeometry(const Pool2dParams& p, const Shape& x, const Shape& y)
      : h{x[1], y[1], p.kernel.h, p.stride.h, p.padding.top, p.padding.bottom},
        w{x[2], y[2], p.kernel.w, p.stride.w, p.padding.left, p.padding.right},
        channels(x[3]) {}

  FOVEA_HOST_DEVICE int64_t in_row() const { return w.in * channels; }    // elements
  FOVEA_HOST_DEVICE int64_t out_row() const { return w.out * channels; }  // elements
};

}  // namespace fovea::detail
