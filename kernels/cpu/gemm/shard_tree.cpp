// SPDX-License-Identifier: Apache-2.0
#include "cpu/gemm/shard_tree.h"

#include <bit>

namespace fovea::cpu {

ShardPlan plan_shards(int64_t batch, int shards) {
  ShardPlan plan;
  std::array<bool, kMaxSlots + 1> waiting{};  // a finished sum of 2^level shards
  for (int s = 0; s < shards; s++) {
    ShardStep step{.begin = batch * s / shards, .end = batch * (s + 1) / shards};
    const auto add = [&](int level) {
      if (waiting[level]) step.add[step.adds++] = level;
      waiting[level] = false;
    };
    int level = 0;
    for (; s >> level & 1; level++) add(level);
    const bool last = s + 1 == shards;
    if (last) {
      for (level++; s >> level; level++) {
        if (s >> level & 1) add(level);
      }
    } else if (step.begin == step.end && step.adds == 0) {
      continue;
    } else {
      step.store = level;
      waiting[level] = true;
    }
    plan.step[plan.steps++] = step;
  }
  return plan;
}

int shard_slots(int shards) { return std::bit_width(static_cast<unsigned>(shards - 1)); }

}  // namespace fovea::cpu
