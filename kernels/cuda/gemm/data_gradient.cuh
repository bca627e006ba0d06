// SPDX-License-Identifier: Apache-2.0
// The data gradient: for each phase of the stride, patches of dy times turned filters.
#pragma once

#include "common/phase_axis.h"
#include "cuda/gemm/product.cuh"

namespace fovea::cuda {

struct DataGradientProduct {
  // Of dy; taps, paddings and extents of the result are those of a block's phase.
  Patches patches;
  const float *dy, *w, *relu_output;  // w: turned, or as it is; relu_output: may be null
  float* dx;
  int height, width, channels, group_channels;  // of dx
  int group_outputs, groups;
  int kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, top, left;  // of the filter
  int row_tiles, column_tiles;  // of one group of the largest phase
  bool whole_quads;             // quads of dx are whole and aligned
};

template <class T>
__device__ __forceinline__ void find_phase(const DataGradientProduct& p, int number,
                                           DataGradientPhase& phase) {
  const PhaseAxis<int> down =
      phase_axis<int>(number / p.stride_w, p.height, p.top, p.kernel_h, p.stride_h, p.dilation_h);
  const PhaseAxis<int> right =
      phase_axis<int>(number % p.stride_w, p.width, p.left, p.kernel_w, p.stride_w, p.dilation_w);
  Patches g = p.patches;
  const bool covered = down.taps > 0 && right.taps > 0;  // else the sums have no term
  g.kernel_h = covered ? down.taps : 0;
  g.kernel_w = covered ? right.taps : 1;
  g.dilation_h = down.dilation;
  g.dilation_w = right.dilation;
  g.top = -down.output;
  g.left = -right.output;
  g.out_h = down.count;
  g.out_w = right.count;
  g.step = Odometer(T::kDepth, g.kernel_w, g.group_channels);
  phase.patches = g;
  phase.first_h = down.first;
  phase.first_w = right.first;
  phase.pixel_row = g.offset(g.dilation_h, 0);
  phase.pixel_column = g.offset(0, g.dilation_w);
  phase.tap = (down.tap * p.kernel_w + right.tap) * p.group_outputs;
  phase.tap_row = -down.step * p.kernel_w * p.group_outputs;
  phase.tap_column = -right.step * p.group_outputs;
}

// Where the block's rows go; -1: nowhere.
template <class T>
__device__ __forceinline__ void find_pixels(const DataGradientProduct& p,
                                            const DataGradientPhase& phase, long long first_row,
                                            long long* offsets) {
  const Patches& g = phase.patches;
  for (int i = static_cast<int>(threadIdx.x); i < T::kRows; i += T::kThreads) {
    const long long row = first_row + i;
    offsets[i] = -1;
    if (row >= g.pixels()) continue;
    const long long line = row / g.out_w, n = line / g.out_h;
    const long long h = phase.first_h + line % g.out_h * p.stride_h;
    const long long w = phase.first_w + row % g.out_w * p.stride_w;
    offsets[i] = ((n * p.height + h) * p.width + w) * p.channels;
  }
}

// kPoint: filters of one pixel, as they are; else turned ones. As they are they take more
// registers.
template <class T, int kCount, bool kPoint>
__global__ void __launch_bounds__(T::kThreads, kPoint ? T::kBlocks / 2 : T::kBlocks)
    conv2d_data_gradient_kernel(const DataGradientProduct p) {
  const TilePlace tile(p.row_tiles, p.column_tiles);
  const ThreadPlace<T> place;
  const int group = tile.group % p.groups;
  auto& shared = *cuda_portable::dynamic_shared<SharedProduct<T>>();
  const DataGradientPhase& phase = shared.phase;
  if (threadIdx.x == 0) find_phase<T>(p, tile.group / p.groups, shared.phase);
  __syncthreads();
  const long long first_row = static_cast<long long>(tile.row_tile) * T::kRows;
  if (first_row >= phase.patches.pixels()) return;
  find_corners<T>(phase.patches, p.dy + group * p.group_outputs, first_row, shared.corners);

  const int first_column = tile.column_tile * T::kColumns;
  const int first_channel = group * p.group_channels + first_column;
  const int columns = p.group_channels - first_column, depth = phase.patches.depth();
  Sums<T> sums;
  if constexpr (kPoint) {
    const float* w =
        p.w + static_cast<long long>(group) * p.group_outputs * p.group_channels + first_column;
    PointOperands<T, kCount> operands(p.patches, shared.corners, w, columns, p.group_channels);
    multiply<T, kCount == 4>(operands, depth, shared.stages, place, sums);
  } else {
    const int pitch = p.kernel_h * p.kernel_w * p.group_outputs;
    find_filters<T>(p.w + static_cast<long long>(first_channel) * pitch, columns, pitch,
                    shared.filters);
    TurnedOperands<T, kCount> operands(p.patches, phase, shared.corners, shared.filters);
    multiply<T, kCount == 4>(operands, depth, shared.stages, place, sums);
  }

  __syncthreads();  // the stages are not read any more
  auto* offsets = reinterpret_cast<long long*>(shared.stages);
  find_pixels<T>(p, phase, first_row, offsets);
  __syncthreads();
  for_quads<T>(place, sums, [&](int row, int column, const float(&v)[4]) {
    if (offsets[row] < 0) return;
    const long long at = offsets[row] + first_channel + column;
    float out[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      out[i] = v[i] + 0.0f;
      const bool gated = p.relu_output != nullptr && column + i < columns;
      if (gated && !(p.relu_output[at + i] > 0.0f)) out[i] = 0.0f;
    }
    store_quad(p.dx + at, out, columns - column, p.whole_quads);
  });
}

}  // namespace fovea::cuda
