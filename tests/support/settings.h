// SPDX-License-Identifier: Apache-2.0
// The settings that must not change a bit: SIMD targets and thread counts.
#pragma once

#include <fovea/core/context.h>
#include <fovea/kernels/simd.h>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace fovea::test {

// Uses one SIMD target for as long as it lives.
class SimdTarget {
 public:
  explicit SimdTarget(const std::string& name) { limit_simd_target(name); }
  ~SimdTarget() { limit_simd_target(""); }
  SimdTarget(const SimdTarget&) = delete;
  SimdTarget& operator=(const SimdTarget&) = delete;
};

// Those of this machine whose bits are specified.
inline std::vector<std::string> exact_simd_targets() {
  std::vector<std::string> exact;
  for (const std::string& name : simd_targets()) {
    const SimdTarget target(name);
    if (simd_target_is_exact()) exact.push_back(name);
  }
  return exact;
}

// Calls body(ctx) for every exact SIMD target and 1, 2, 3 and 7 threads.
template <class Body>
void for_each_setting(Body body) {
  for (const std::string& name : exact_simd_targets()) {
    const SimdTarget target(name);
    for (const int threads : {1, 2, 3, 7}) {
      Context ctx({.threads = threads});
      CAPTURE(name, threads);
      body(ctx);
    }
  }
}

}  // namespace fovea::test
