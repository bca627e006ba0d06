// SPDX-License-Identifier: Apache-2.0
// db = column sums of dy: per shard one chain of additions over its rows, then the tree of shards.

#if defined(FOVEA_KERNELS_CPU_GEMM_BIAS_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_BIAS_GRADIENT_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_BIAS_GRADIENT_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_BIAS_GRADIENT_INL_H_
#endif

#include "cpu/gemm/pack-inl.h"
#include "cpu/gemm/shard_sum-inl.h"

#include <fovea/core/context.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

class BiasGradient {
 public:
  // dy: samples * sample_rows rows of `columns`.
  BiasGradient(int64_t samples, int64_t sample_rows, int64_t columns, int shards)
      : samples_(samples), sample_rows_(sample_rows), columns_(columns), shards_(shards) {}

  size_t bytes() const { return Workspace::padded_for<float>(static_cast<size_t>(floats())); }

  void run(Context& ctx, const float* dy, float* db) const {
    Workspace::Scope scope(ctx.workspace(), bytes());
    float* sums = scope.take<float>(static_cast<size_t>(floats()));
    const ShardPlan shards = plan_shards(samples_, shards_);
    const int64_t strips = div_up(columns_, kStrip);
    ctx.pool().parallel_for(shards.steps * strips, [&](int64_t item, int) {
      const int64_t step = item / strips, column = item % strips * kStrip;
      add_rows(dy + column, shards.step[step].begin * sample_rows_,
               shards.step[step].end * sample_rows_, std::min(kStrip, columns_ - column),
               sums + step * pitch() + column);
    });
    for (int64_t c = 0; c < columns_; c += kLanes) {
      hn::Store(hn::Add(sum_of_shards(shards, sums + c, pitch()), hn::Zero(D())), D(), sums + c);
    }
    std::copy_n(sums, columns_, db);
  }

 private:
  static constexpr int64_t kStrip = 8 * kLanes;  // columns summed at once

  int64_t pitch() const { return round_up(columns_, kStrip); }
  int64_t floats() const { return shards_ * pitch(); }

  void add_rows(const float* dy, int64_t begin, int64_t end, int64_t columns, float* sums) const {
    constexpr int Vectors = kStrip / kLanes;
    const D d;
    const int64_t used = div_up(columns, kLanes);
    V sum[Vectors];
    FOVEA_TILE_VECTORS sum[v] = hn::Zero(d);
    for (int64_t r = begin; r < end; r++) {
      FOVEA_TILE_VECTORS {
        if (v < used) sum[v] = hn::Add(sum[v], hn::LoadU(d, dy + r * columns_ + v * kLanes));
      }
    }
    FOVEA_TILE_VECTORS hn::StoreU(sum[v], d, sums + v * kLanes);
  }

  int64_t samples_, sample_rows_, columns_;
  int shards_;
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
