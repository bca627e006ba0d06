// SPDX-License-Identifier: Apache-2.0
#include "machine.h"

#include <cstring>
#include <memory>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "machine.cpp"
#include <hwy/foreach_target.h>
//
#include "cpu/gemm/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Enough chains that the adders' latency is hidden. Each must be used, or the compiler drops it.
constexpr int kChains = kRows * kVectors;

// Returns the multiply-adds done, counting lanes.
int64_t multiply_add(int64_t steps, const float* values, float* result) {
  const D d;
  const V a = hn::LoadU(d, values), b = hn::LoadU(d, values + kLanes);
  V chain[kChains];
  FOVEA_UNROLL(24) for (int i = 0; i < kChains; i++) {
    chain[i] = hn::LoadU(d, values + (2 + i) * kLanes);
  }
  for (int64_t s = 0; s < steps; s++) {
    FOVEA_UNROLL(24) for (int i = 0; i < kChains; i++) {
      chain[i] = hn::MulAdd(a, chain[i], b);
      keep_in_register(chain[i]);
    }
  }
  FOVEA_UNROLL(24) for (int i = 0; i < kChains; i++) {
    hn::StoreU(chain[i], d, result + i * kLanes);
  }
  return steps * kChains * kLanes;
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

int64_t multiply_add(int64_t steps, const float* values, float* result) {
  return HWY_DYNAMIC_DISPATCH(multiply_add)(steps, values, result);
}
int64_t run_tile(int64_t repeats, const float* values, float* result) {
  return HWY_DYNAMIC_DISPATCH(run_tile)(repeats, values, result);
}

}  // namespace fovea::cpu

namespace fovea::bench {

namespace {

constexpr int64_t kFloats = 16 * 1024;  // operands of one thread, in L1

Tensor varied(int threads) {
  Tensor t({threads, kFloats});
  for (int64_t i = 0; i < t.elements(); i++)
    t.data<float>()[i] = static_cast<float>(i * 31 % 97 - 48) / 64;
  return t;
}

// `work(count, values, result)` on every thread at once.
Case on_all_threads(Context& ctx, const char* pass, int64_t count,
                    int64_t (*work)(int64_t, const float*, float*)) {
  const Tensor values = varied(ctx.threads()), results = varied(ctx.threads());
  const auto run = [&ctx, values, results, count, work] {
    ctx.pool().parallel_for(ctx.threads(), [&](int64_t item, int) {
      work(count, values.data<float>() + item * kFloats, results.data<float>() + item * kFloats);
    });
  };
  const auto done = static_cast<double>(work(1, values.data<float>(), results.data<float>()));
  return {kMachine, pass, 2.0 * done * static_cast<double>(count * ctx.threads()), 0, run};
}

Case copy(Context& ctx) {
  constexpr int64_t bytes = int64_t{96} << 20;  // past the caches
  const Tensor from({bytes / 4}), to({bytes / 4});
  const auto run = [&ctx, from, to] {
    ctx.pool().parallel_ranges(bytes, int64_t{1} << 20, [&](int64_t begin, int64_t end) {
      std::memcpy(static_cast<std::byte*>(to.raw()) + begin,
                  static_cast<const std::byte*>(from.raw()) + begin,
                  static_cast<size_t>(end - begin));
    });
  };
  return {kMachine, kCopyPass, 0, 2.0 * bytes, run};
}

}  // namespace

std::vector<Case> machine_cases(Context& ctx) {
  return {on_all_threads(ctx, kFmaPass, 2000000, cpu::multiply_add),
          on_all_threads(ctx, kTilePass, 20000, cpu::run_tile), copy(ctx)};
}

}  // namespace fovea::bench
#endif
