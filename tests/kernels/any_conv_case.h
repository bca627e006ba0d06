// SPDX-License-Identifier: Apache-2.0
// Random convolutions of every kind, for property-based tests.
#pragma once

#include "kernels/conv2d_cases.h"

#include <rapidcheck.h>

#include <algorithm>

namespace cases {

// Small extents, odd ones, groups, strides, dilation, padding on each side, both roundings. To be
// called within a property.
inline ConvCase any_conv_case() {
  const auto pick = [](int64_t least, int64_t most) {
    return *rc::gen::inRange<int64_t>(least, most + 1);
  };
  const int64_t groups = pick(1, 3);
  const fovea::Extent2d kernel{pick(1, 4), pick(1, 4)}, dilation{pick(1, 3), pick(1, 3)};
  const fovea::Padding padding{pick(0, 3), pick(0, 3), pick(0, 3), pick(0, 3)};
  const int64_t least_h = (kernel.h - 1) * dilation.h + 1 - padding.top - padding.bottom;
  const int64_t least_w = (kernel.w - 1) * dilation.w + 1 - padding.left - padding.right;
  const int64_t channels = *rc::gen::element<int64_t>(1, 2, 3, 8, 17);
  const fovea::Shape x{pick(1, 4), std::max<int64_t>(1, least_h) + pick(0, 8),
                       std::max<int64_t>(1, least_w) + pick(0, 8), channels * groups};
  const fovea::Shape w{groups * pick(1, 30), kernel.h, kernel.w, channels};
  const auto rounding = pick(0, 1) ? fovea::Rounding::ceil : fovea::Rounding::floor;
  return conv_case(x, w, {pick(1, 4), pick(1, 4)}, padding, groups, dilation, rounding);
}

}  // namespace cases
