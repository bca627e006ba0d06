// SPDX-License-Identifier: Apache-2.0
// The few functions of Highway that are not in its headers: which instruction sets this processor
// has, and which of them is in use. Here so that programs need no shared library for them and can
// be linked statically (docs/decisions/0005). Weak: a program that links Highway itself has the
// functions from there.
#include <hwy/targets.h>

#include <atomic>

namespace hwy {

namespace {

std::atomic<int64_t> limit = 0;  // the only targets to offer; 0: all

int64_t detect() {
  int64_t targets = HWY_STATIC_TARGET;  // what all code is compiled for
#if HWY_ARCH_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
      __builtin_cpu_supports("aes")) {
    targets |= HWY_SSE4;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")) {
    targets |= HWY_AVX2;
  }
  if ((targets & HWY_AVX2) && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")) {
    targets |= HWY_AVX3;
  }
#endif
  return targets;
}

}  // namespace

[[gnu::weak]] int64_t SupportedTargets() {
  static const int64_t detected = detect();
  const int64_t limited = limit;
  return limited == 0 ? detected : limited;
}

[[gnu::weak]] void SetSupportedTargetsForTest(int64_t targets) { limit = targets; }

[[gnu::weak]] ChosenTarget& GetChosenTarget() {
  static ChosenTarget chosen;
  return chosen;
}

}  // namespace hwy
