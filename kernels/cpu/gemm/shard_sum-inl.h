// SPDX-License-Identifier: Apache-2.0
// Adds sums of shards that lie in memory, in the plan's order.

#if defined(FOVEA_KERNELS_CPU_GEMM_SHARD_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_SHARD_SUM_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_SHARD_SUM_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_SHARD_SUM_INL_H_
#endif

#include "cpu/gemm/shard_tree.h"
#include "cpu/gemm/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Of one vector of each of the plan's steps, `pitch` floats apart; without the final + 0.
HWY_INLINE V sum_of_shards(const ShardPlan& shards, const float* sums, int64_t pitch) {
  const D d;
  V slot[kMaxSlots], sum = hn::Zero(d);
  for (V& v : slot) v = sum;
  for (int s = 0; s < shards.steps; s++, sums += pitch) {
    const ShardStep& step = shards.step[s];
    sum = hn::Load(d, sums);
    for (int i = 0; i < step.adds; i++) sum = hn::Add(slot[step.add[i]], sum);
    if (step.store != ShardStep::kResult) slot[step.store] = sum;
  }
  return sum;
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
