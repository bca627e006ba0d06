// SPDX-License-Identifier: Apache-2.0
#include "cpu/machine_probe.h"

#include <fovea/kernels/machine_probe.h>

#include <atomic>
#include <cstring>

namespace fovea {

namespace {

constexpr int64_t kCopyBytes = int64_t{96} << 20;  // past the caches

Tensor varied(int64_t threads) {
  Tensor t({threads, cpu::kProbeFloats});
  for (int64_t i = 0; i < t.elements(); i++)
    t.data<float>()[i] = static_cast<float>(i * 31 % 97 - 48) / 64;
  return t;
}

// work(repeats, values, result) on every thread at once: operations done.
double on_all_threads(Context& ctx, const Tensor& values, const Tensor& results, int64_t repeats,
                      int64_t (*work)(int64_t, const float*, float*)) {
  std::atomic<int64_t> done = 0;
  ctx.pool().parallel_for(ctx.threads(), [&](int64_t row, int) {
    const int64_t at = row * cpu::kProbeFloats;
    done += work(repeats, values.data<float>() + at, results.data<float>() + at);
  });
  return 2.0 * static_cast<double>(done);
}

}  // namespace

MachineProbe::MachineProbe(Context& ctx)
    : ctx_(ctx),
      values_(varied(ctx.threads())),
      results_(values_.shape()),
      from_({kCopyBytes / 4}),
      to_({kCopyBytes / 4}) {
  std::memset(from_.raw(), 1,
              kCopyBytes);  // pages that nothing was written to may be one and the same
}

double MachineProbe::multiply_add() {
  return on_all_threads(ctx_, values_, results_, 2000000, cpu::probe_multiply_add);
}

double MachineProbe::tile() {
  return on_all_threads(ctx_, values_, results_, 20000, cpu::probe_tile);
}

double MachineProbe::copy() {
  ctx_.pool().parallel_ranges(kCopyBytes, int64_t{1} << 20, [&](int64_t begin, int64_t end) {
    std::memcpy(static_cast<std::byte*>(to_.raw()) + begin,
                static_cast<const std::byte*>(from_.raw()) + begin,
                static_cast<size_t>(end - begin));
  });
  return 2.0 * kCopyBytes;
}

}  // namespace fovea
