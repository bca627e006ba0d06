// SPDX-License-Identifier: Apache-2.0
// The data gradient of a strided convolution as convolutions at stride 1. Input pixel h takes part
// in the windows p with h + top = p * stride + r * dilation, so those pixels h that agree modulo
// the stride (a phase) use the same filter rows r, and with p ascending r descends in equal steps:
// per phase, dx is a convolution of dy at stride 1 with some of the filter's taps, turned.
#pragma once

#include <numeric>

namespace fovea {

// One axis of a phase.
template <class Int>
struct PhaseAxis {
  Int first = 0, count = 0;         // input positions: first, first + stride, ...
  Int taps = 0, tap = 0, step = 1;  // filter taps in chain order: tap, tap - step, ...
  Int output = 0, dilation = 1;     // what they meet at `first`: output, output + dilation, ...
};

// Also for devices, where 32-bit integers are faster.
template <class Int>
constexpr PhaseAxis<Int> phase_axis(Int phase, Int input, Int padding, Int kernel, Int stride,
                                    Int dilation) {
  PhaseAxis<Int> axis;
  axis.first = ((phase - padding) % stride + stride) % stride;
  axis.count = axis.first < input ? (input - 1 - axis.first) / stride + 1 : 0;
  const Int common = std::gcd(stride, dilation);
  axis.step = stride / common;
  axis.dilation = dilation / common;
  const auto meets = [&](Int r) { return (axis.first + padding - r * dilation) % stride == 0; };
  Int r = kernel - 1;
  while (r >= 0 && !meets(r)) r--;
  if (r < 0) return axis;  // no window covers these positions
  axis.tap = r;
  axis.taps = r / axis.step + 1;
  axis.output = (axis.first + padding - r * dilation) / stride;
  return axis;
}

}  // namespace fovea
