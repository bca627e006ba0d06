// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace fovea::cuda {

constexpr int64_t div_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

inline bool aligned_to_quads(const void* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % 16 == 0;
}

}  // namespace fovea::cuda
