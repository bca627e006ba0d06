// SPDX-License-Identifier: Apache-2.0
// The weight gradient as products of output gradients and patches, one for each shard of the batch:
// the pixels of a shard are one chain, so shards, not pixels, are what runs at the same time.
#pragma once

#include "cuda/gemm/product.cuh"

namespace fovea::cuda {

struct WeightGradientProduct {
  Patches patches;  // of x
  const float *x, *dy;
  // Per shard, group_outputs * groups rows of `columns` elements: columns [first_column,
  // first_column + columns) of dw.
  float* sums;
  long long pitch;  // of a shard's rows
  int first_column, columns;
  int outputs, group_outputs, groups, shards;
  int row_tiles, column_tiles;  // of one group
  bool final, whole_quads;      // one shard, so its sums are dw; quads of sums are aligned
};

template <class T, int kRowCount, int kColumnCount>
__global__ void __launch_bounds__(T::kThreads, T::kBlocks)
    conv2d_weight_gradient_kernel(const WeightGradientProduct p) {
  const TilePlace tile(p.row_tiles, p.column_tiles);
  const ThreadPlace<T> place;
  const int group = tile.group % p.groups, shard = tile.group / p.groups;
  const int first_row = tile.row_tile * T::kRows, first_column = tile.column_tile * T::kColumns;
  const int first_output = group * p.group_outputs + first_row;
  const int rows_left = p.group_outputs - first_row;
  const long long samples = p.patches.samples, pixels = p.patches.sample_pixels();
  const long long begin = samples * shard / p.shards * pixels;
  const int depth = static_cast<int>(samples * (shard + 1) / p.shards * pixels - begin);

  auto& shared = *cuda_portable::dynamic_shared<SharedProduct<T>>();
  using Columns = PatchColumns<T, kColumnCount>;
  const Columns columns(p.patches, p.x + group * p.patches.group_channels,
                        p.first_column + first_column, begin, depth, shared.corners);
  WeightGradientOperands<T, kRowCount, kColumnCount> operands(
      p.dy + begin * p.outputs + first_output, rows_left, p.outputs, depth, columns);
  Sums<T> sums;
  multiply<T, false>(operands, depth, shared.stages, place, sums);

  const int columns_left = p.columns - first_column;
  float* to =
      p.sums + (static_cast<long long>(shard) * p.outputs + first_output) * p.pitch + first_column;
  for_quads<T>(place, sums, [&](int row, int column, const float(&v)[4]) {
    if (row >= rows_left) return;
    float out[4];
#pragma unroll
    for (int i = 0; i < 4; i++) out[i] = p.final ? v[i] + 0.0f : v[i];
    store_quad(to + row * p.pitch + column, out, columns_left - column, p.whole_quads);
  });
}

}  // namespace fovea::cuda
