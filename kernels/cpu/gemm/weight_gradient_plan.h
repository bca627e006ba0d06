// SPDX-License-Identifier: Apache-2.0
// How the weight gradient of a convolution is cut into work items.
#pragma once

#include "cpu/gemm/blocking.h"
#include "cpu/gemm/patch_geometry.h"

namespace fovea::cpu {

// An item is a block of dw: all filter taps of some channels, for some outputs of one group. Where
// that gives too few items for the threads, each shard of each block is an item.
struct WeightGradientPlan {
  int64_t channels = 0, channel_blocks = 0;  // of a block; blocks of one group
  int64_t outputs = 0, output_blocks = 0;
  bool split_shards = false;

  int64_t blocks(int64_t groups) const { return groups * channel_blocks * output_blocks; }
};

// rows, columns: of the register tile.
inline WeightGradientPlan plan_weight_gradient(const PatchGeometry& g, int64_t outputs, int shards,
                                               int threads, int64_t rows, int64_t columns) {
  constexpr int64_t most_outputs = 384;        // of a block
  constexpr int64_t block_floats = 96 * 1024;  // its accumulators stay in L2
  constexpr int64_t overhead = 12;             // of an item: as much as so many rows of a block
  const int64_t taps = g.kernel.h * g.kernel.w;
  WeightGradientPlan plan;
  plan.output_blocks = div_up(outputs, most_outputs);
  plan.outputs = round_up(div_up(outputs, plan.output_blocks), columns);
  plan.output_blocks = div_up(outputs, plan.outputs);

  const int64_t fit = std::max<int64_t>(1, block_floats / (taps * plan.outputs));
  double best = 0;
  const auto consider = [&](int64_t channels, bool split) {
    const int64_t blocks = div_up(g.group_channels(), channels);
    const int64_t items = g.groups * plan.output_blocks * blocks * (split ? shards : 1);
    const auto item_rows = static_cast<double>(round_up(taps * channels, rows) + overhead);
    const double time =
        static_cast<double>(div_up(items, threads)) * item_rows * (split ? 1.1 / shards : 1.0);
    if (best != 0 && time > 0.98 * best) return;
    best = time;
    plan.channels = channels;
    plan.channel_blocks = blocks;
    plan.split_shards = split;
  };
  for (int64_t pieces = div_up(g.group_channels(), fit);; pieces++) {
    const int64_t channels = div_up(g.group_channels(), pieces);
    consider(channels >= rows ? round_up(channels, rows) : channels, false);
    if (channels <= rows || pieces > 8 * threads) break;
  }
  if (shards > 1 && threads > 1) {
    consider(even_piece(g.group_channels(), fit), true);
  }
  return plan;
}

}  // namespace fovea::cpu
