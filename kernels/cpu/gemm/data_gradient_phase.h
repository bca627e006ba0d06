// SPDX-License-Identifier: Apache-2.0
// The data gradient as forward passes over dy. Input pixel h takes part in the windows p with
// h + top = p * stride + r * dilation, so those pixels h that agree modulo the stride (a phase) use
// the same filter rows r, and with p ascending r descends in equal steps: per phase, dx is a
// convolution of dy at stride 1 with some of the filter's taps, turned.
#pragma once

#include "cpu/gemm/patch_geometry.h"

#include <numeric>

namespace fovea::cpu {

// One axis of a phase.
struct PhaseAxis {
  int64_t first = 0, count = 0;         // input positions: first, first + stride, ...
  int64_t taps = 0, tap = 0, step = 1;  // filter taps in chain order: tap, tap - step, ...
  int64_t output = 0, dilation = 1;     // what they meet at `first`: output, output + dilation, ...
};

inline PhaseAxis phase_axis(int64_t phase, int64_t input, int64_t padding, int64_t kernel,
                            int64_t stride, int64_t dilation) {
  PhaseAxis axis;
  axis.first = ((phase - padding) % stride + stride) % stride;
  axis.count = axis.first < input ? (input - 1 - axis.first) / stride + 1 : 0;
  const int64_t common = std::gcd(stride, dilation);
  axis.step = stride / common;
  axis.dilation = dilation / common;
  const auto meets = [&](int64_t r) { return (axis.first + padding - r * dilation) % stride == 0; };
  int64_t r = kernel - 1;
  while (r >= 0 && !meets(r)) r--;
  if (r < 0) return axis;  // no window covers these positions
  axis.tap = r;
  axis.taps = r / axis.step + 1;
  axis.output = (axis.first + padding - r * dilation) / stride;
  return axis;
}

struct DataGradientPhase {
  PhaseAxis rows, columns;
  PatchGeometry patches;  // over dy

  bool covered() const { return rows.taps > 0 && columns.taps > 0; }
};

// REQUIRES: forward is the geometry of the forward pass, w its weight's shape.
inline DataGradientPhase data_gradient_phase(const PatchGeometry& forward, int64_t outputs,
                                             Extent2d phase) {
  DataGradientPhase p;
  p.rows = phase_axis(phase.h, forward.height, forward.top, forward.kernel.h, forward.stride.h,
                      forward.dilation.h);
  p.columns = phase_axis(phase.w, forward.width, forward.left, forward.kernel.w, forward.stride.w,
                         forward.dilation.w);
  p.patches = {.samples = forward.samples,
               .height = forward.out.h,
               .width = forward.out.w,
               .channels = outputs,
               .groups = forward.groups,
               .kernel = {p.rows.taps, p.columns.taps},
               .stride = {1, 1},
               .dilation = {p.rows.dilation, p.columns.dilation},
               .top = -p.rows.output,
               .left = -p.columns.output,
               .out = {p.rows.count, p.columns.count}};
  return p;
}

}  // namespace fovea::cpu
