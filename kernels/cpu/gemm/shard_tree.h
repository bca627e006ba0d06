// SPDX-License-Identifier: Apache-2.0
// Weight gradients are summed per logical shard of the batch, and the shards are added pairwise,
// neighbours first (docs/numerics.md). This plans the additions as a binary counter does: when a
// shard is done, it is added to its finished left neighbours, and what results waits in a slot.
#pragma once

#include <array>
#include <cstdint>

namespace fovea::cpu {

constexpr int kMaxShards = 64;
constexpr int kMaxSlots = 6;  // log2(kMaxShards)

struct ShardStep {
  int64_t begin = 0, end = 0;  // samples
  int adds = 0;
  std::array<int, kMaxSlots> add{};  // slots to be added, in this order: sum = slot + sum
  int store = kResult;               // slot for the sum, or kResult

  static constexpr int kResult = -1;
};

struct ShardPlan {
  int steps = 0;
  std::array<ShardStep, kMaxShards> step;
};

// Shard s of `shards` holds samples [batch s / shards, batch (s + 1) / shards). Empty shards are
// +0: they are left out where nothing waits for them, which changes at most the sign of a zero, and
// the final + 0 makes all zeros positive. The last step's store is kResult.
ShardPlan plan_shards(int64_t batch, int shards);
// Slots that any batch needs: 0 for one shard.
int shard_slots(int shards);

}  // namespace fovea::cpu
