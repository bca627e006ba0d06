// SPDX-License-Identifier: Apache-2.0
// The workspace of the normalisation passes: so many floats for each thread.
#pragma once

#include "cpu/lrn_plan.h"

#include <fovea/core/context.h>

namespace fovea::cpu {

// Within a map: channels that one thread takes through the whole map at a time.
constexpr int64_t kMapChannelBlock = 64;

// Fused with pooling: rows of the input that the ring of normalised rows holds.
inline int64_t lrn_ring_rows(const Pool2dParams& pool, const Shape& x) {
  return std::min(pool.kernel.h, x[1]);
}

// The most that any pass needs; `pool` is null when it is not fused.
inline int64_t lrn_thread_floats(const LrnParams& lrn, const Pool2dParams* pool, const Shape& x) {
  constexpr int64_t kVector = 16;  // room for a whole vector at a ring's end
  if (lrn.region == LrnParams::Region::within_map) return 2 * x[1] * x[2] * kMapChannelBlock;
  const int64_t rows = LrnPlan(lrn, x[3]).scratch();
  if (pool == nullptr) return rows;
  const int64_t ring = lrn_ring_rows(*pool, x) * x[2] * x[3];
  return rows + (ring + 2 * kVector - 1) / kVector * kVector;
}

// That scratch for all threads, as long as this lives.
class LrnScratch {
 public:
  LrnScratch(Context& ctx, int64_t per_thread)
      : per_thread_(per_thread),
        scope_(ctx.workspace(), bytes(ctx, per_thread)),
        data_(scope_.take<float>(static_cast<size_t>(ctx.threads() * per_thread))) {}

  float* of(int thread) const { return data_ + thread * per_thread_; }

  static size_t bytes(const Context& ctx, int64_t per_thread) {
    return Workspace::padded_for<float>(static_cast<size_t>(ctx.threads() * per_thread));
  }

 private:
  int64_t per_thread_;
  Workspace::Scope scope_;
  float* data_;
};

}  // namespace fovea::cpu
