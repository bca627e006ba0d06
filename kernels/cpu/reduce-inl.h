// SPDX-License-Identifier: Apache-2.0
// Sums in the one order of docs/numerics.md: element i is added to partial sum i % kReduceParts,
// all starting from +0; then the upper half of the parts is added to the lower, until one is left.
// Included once per instruction set.
#if defined(FOVEA_KERNELS_CPU_REDUCE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_REDUCE_INL_H
#undef FOVEA_KERNELS_CPU_REDUCE_INL_H
#else
#define FOVEA_KERNELS_CPU_REDUCE_INL_H
#endif

#include "cpu/vector-inl.h"

#include <fovea/kernels/elementwise.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Partial sums in memory, a multiple of 64 elements at a time (fewer at the end).
struct Parts {
  alignas(64) float v[kReduceParts] = {};

  // Adds `count` <= kReduceParts elements to the first parts.
  HWY_INLINE void add(const float* x, int64_t count) {
    map(
        0, count, [](FloatVector a, FloatVector b) { return hn::Add(a, b); }, v, v, x);
  }
  HWY_INLINE float sum() {
    for (int half = kReduceParts / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) v[i] = v[i] + v[i + half];
    }
    return v[0];
  }
};

HWY_INLINE float sum(const float* x, int64_t n) {
  Parts parts;
  for (int64_t i = 0; i < n; i += kReduceParts) {
    parts.add(x + i, n - i < kReduceParts ? n - i : kReduceParts);
  }
  return parts.sum();
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
