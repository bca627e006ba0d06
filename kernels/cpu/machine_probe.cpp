// SPDX-License-Identifier: Apache-2.0
#include "cpu/machine_probe.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/machine_probe.cpp"
#include <hwy/foreach_target.h>
//
#include "cpu/gemm/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Enough chains that the adders' latency is hidden. Each must be used, or the compiler drops it.
constexpr int kChains = kRows * kVectors;

int64_t multiply_add(int64_t repeats, const float* values, float* result) {
  const D d;
  const V a = hn::LoadU(d, values), b = hn::LoadU(d, values + kLanes);
  V chain[kChains];
  FOVEA_UNROLL(24) for (int i = 0; i < kChains; i++) {
    chain[i] = hn::LoadU(d, values + (2 + i) * kLanes);
  }
  for (int64_t r = 0; r < repeats; r++) {
    FOVEA_UNROLL(24) for (int i = 0; i < kChains; i++) {
      chain[i] = hn::MulAdd(a, chain[i], b);
      keep_in_register(chain[i]);
    }
  }
  FOVEA_UNROLL(24) for (int i = 0; i < kChains; i++) {
    hn::StoreU(chain[i], d, result + i * kLanes);
  }
  return repeats * kChains * kLanes;
}

int64_t run_tile(int64_t repeats, const float* values, float* result) {
  constexpr int64_t depth = 128;
  const float* rows[kRows];
  for (int i = 0; i < kRows; i++) rows[i] = values + i * depth;
  const Run run{0, depth, 1};
  Alone alone;
  const float* b = values + round_up(kRows * depth, 16);
  for (int64_t r = 0; r < repeats; r++) {
    scratch_tile<kRows, kVectors>({&run, 1, rows}, b, {.to = result}, alone);
  }
  return repeats * depth * kRows * kColumns;
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(multiply_add);
HWY_EXPORT(run_tile);

int64_t probe_multiply_add(int64_t repeats, const float* values, float* result) {
  return HWY_DYNAMIC_DISPATCH(multiply_add)(repeats, values, result);
}
int64_t probe_tile(int64_t repeats, const float* values, float* result) {
  return HWY_DYNAMIC_DISPATCH(run_tile)(repeats, values, result);
}

}  // namespace fovea::cpu
#endif
