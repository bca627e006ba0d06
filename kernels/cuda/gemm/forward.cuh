// SPDX-License-Identifier: Apache-2.0
// The forward pass: patches of x times filters, bias and ReLU.
#pragma once

#include "cuda/gemm/product.cuh"

namespace fovea::cuda {

struct ForwardProduct {
  Patches patches;            // of x
  const float *x, *w, *bias;  // bias: may be null
  float* y;
  int outputs, group_outputs;
  int row_tiles, column_tiles;  // of one group
  bool relu, whole_quads;       // quads of y are whole and aligned
};

template <class T, int kCount>
__global__ void __launch_bounds__(T::kThreads, T::kBlocks)
    conv2d_forward_kernel(const ForwardProduct p) {
  const TilePlace tile(p.row_tiles, p.column_tiles);
  const ThreadPlace<T> place;
  auto& shared = *cuda_portable::dynamic_shared<SharedProduct<T>>();
  const Patches& g = p.patches;
  const long long first_row = static_cast<long long>(tile.row_tile) * T::kRows;
  find_corners<T>(g, p.x + tile.group * g.group_channels, first_row, shared.corners);

  const int first_column = tile.column_tile * T::kColumns;
  const int first_output = tile.group * p.group_outputs + first_column;
  const int columns = p.group_outputs - first_column;
  find_filters<T>(p.w + static_cast<long long>(first_output) * g.depth(), columns, g.depth(),
                  shared.filters);
  ForwardOperands<T, kCount> operands(g, shared.corners, shared.filters);
  Sums<T> sums;
  multiply<T, kCount == 4>(operands, g.depth(), shared.stages, place, sums);

  const long long rows = g.pixels() - first_row;
  for_quads<T>(place, sums, [&](int row, int column, const float(&v)[4]) {
    if (row >= rows) return;
    float out[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const bool biased = p.bias != nullptr && column + i < columns;
      out[i] = v[i] + (biased ? p.bias[first_output + column + i] : 0.0f);
      if (p.relu) out[i] = relu(out[i]);
    }
    store_quad(p.y + (first_row + row) * p.outputs + first_output + column, out, columns - column,
               p.whole_quads);
  });
}

}  // namespace fovea::cuda
