// SPDX-License-Identifier: Apache-2.0
// The loops of MachineProbe.
#pragma once

#include <cstdint>

namespace fovea::cpu {

// Both work on `values` of at least kProbeFloats numbers, write up to as many to `result`, and
// return the multiply-adds they have done.
inline constexpr int64_t kProbeFloats = 16 * 1024;  // in the first cache
int64_t probe_multiply_add(int64_t repeats, const float* values, float* result);
int64_t probe_tile(int64_t repeats, const float* values, float* result);

}  // namespace fovea::cpu
