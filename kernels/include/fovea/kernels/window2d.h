// SPDX-License-Identifier: Apache-2.0
// Windows that slide over height and width: the geometry that convolution and pooling share.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>

namespace FOVEA_API fovea {

struct Extent2d {
  int64_t h = 1, w = 1;

  friend bool operator==(const Extent2d&, const Extent2d&) = default;
};

struct Padding {
  int64_t top = 0, left = 0, bottom = 0, right = 0;

  friend bool operator==(const Padding&, const Padding&) = default;
};

// How a last window that does not fit is treated. ceil follows PyTorch: it is kept if it starts
// inside the input or the padding before it.
enum class Rounding : uint8_t { floor, ceil };

struct Window2d {
  Extent2d kernel, stride, dilation;
  Padding padding;
  Rounding rounding = Rounding::floor;

  // Output extents for an input of `input` pixels. Throws ArgumentError, naming `op`, for
  // non-positive kernel, stride or dilation, negative padding, or a window larger than the padded
  // input.
  Extent2d output(const char* op, Extent2d input) const;
};

}  // namespace fovea
