// SPDX-License-Identifier: Apache-2.0
// The data gradient as forward passes over dy, one for each phase of the stride.
#pragma once

#include "common/phase_axis.h"
#include "cpu/gemm/patch_geometry.h"

namespace fovea::cpu {

struct DataGradientPhase {
  PhaseAxis<int64_t> rows, columns;
  PatchGeometry patches;  // over dy

  bool covered() const { return rows.taps > 0 && columns.taps > 0; }
};

// REQUIRES: forward is the geometry of the forward pass, w its weight's shape.
inline DataGradientPhase data_gradient_phase(const PatchGeometry& forward, int64_t outputs,
                                             Extent2d phase) {
  DataGradientPhase p;
  p.rows = phase_axis<int64_t>(phase.h, forward.height, forward.top, forward.kernel.h,
                               forward.stride.h, forward.dilation.h);
  p.columns = phase_axis<int64_t>(phase.w, forward.width, forward.left, forward.kernel.w,
                                  forward.stride.w, forward.dilation.w);
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
