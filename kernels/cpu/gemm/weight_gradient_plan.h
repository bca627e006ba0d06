// SPDX-License-Identifier: Apache-2.0
// How the weight gradient of a convolution is cut into work items.
#pragma once

#include "cpu/gemm/blocking.h"
#include "cpu/gemm/patch_geometry.h"
#include "cpu/gemm/shard_tree.h"

namespace fovea::cpu {

// A block of dw: all filter taps of some channels, for some outputs of one group.
struct WeightBlock {
  int64_t group, channel, channels, output, outputs;
  int64_t rows;  // elements of a patch
};

// A work item is a block; where that gives too few for the threads, each shard of each block is
// one.
struct WeightGradientPlan {
  int64_t channels = 0, channel_blocks = 0;  // of a block; blocks of one group
  int64_t outputs = 0, output_blocks = 0;
  bool split_shards = false;

  int64_t blocks(int64_t groups) const { return groups * channel_blocks * output_blocks; }

  // group_outputs: outputs of one group.
  WeightBlock block(const PatchGeometry& g, int64_t group_outputs, int64_t i) const {
    WeightBlock b;
    b.output = i % output_blocks * outputs;
    i /= output_blocks;
    b.channel = i % channel_blocks * channels;
    b.group = i / channel_blocks;
    b.channels = std::min(channels, g.group_channels() - b.channel);
    b.outputs = std::min(outputs, group_outputs - b.output);
    b.rows = g.kernel.h * g.kernel.w * b.channels;
    return b;
  }
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

// Chain steps (pixels) [begin, end) of a shard, between two visits to the accumulators.
struct DepthBlock {
  int shard = 0;  // of the plan's steps
  int64_t begin = 0, end = 0;
  bool first = false, last = false;  // of the shard

  int64_t count() const { return end - begin; }
};

// The depth blocks of shards [first, last) of a plan, one after the other.
class DepthBlocks {
 public:
  // At most `limit` steps a block.
  DepthBlocks(const PatchGeometry& g, const ShardPlan& shards, int first, int last, int64_t limit)
      : shards_(shards),
        last_(last),
        area_(g.sample_pixels()),
        unit_(area_ <= limit     ? area_
              : g.out.w <= limit ? g.out.w
                                 : 1),
        limit_(limit),
        now_{.shard = first - 1, .last = true} {}

  // The next one; its shard is `last` when there is none.
  DepthBlock next() {
    DepthBlock next{.shard = now_.shard, .begin = now_.end};
    if (now_.last) next.shard++;
    if (next.shard == last_) return next;
    const int64_t begin = shards_.step[next.shard].begin * area_;
    const int64_t end = shards_.step[next.shard].end * area_;
    if (now_.last) next.begin = begin;
    next.first = next.begin == begin;
    next.end = std::min(end, next.begin + step(end - begin));
    next.last = next.end == end;
    return now_ = next;
  }

 private:
  // Of a shard of so many pixels: nearly equal blocks of whole samples or whole rows where they
  // fit.
  int64_t step(int64_t pixels) const { return unit_ * even_piece(pixels / unit_, limit_ / unit_); }

  const ShardPlan& shards_;
  int last_;
  int64_t area_, unit_, limit_;
  DepthBlock now_;
};

}  // namespace fovea::cpu
