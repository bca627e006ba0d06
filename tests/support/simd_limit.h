// SPDX-License-Identifier: Apache-2.0
// Runs a test's kernels on one SIMD target after the other.
#pragma once

#include <fovea/kernels/simd.h>

#include <string>
#include <vector>

namespace fovea::test {

class SimdLimit {
 public:
  explicit SimdLimit(const std::string& target) { fovea::limit_simd_target(target); }
  ~SimdLimit() { fovea::limit_simd_target(""); }
  SimdLimit(const SimdLimit&) = delete;
  SimdLimit& operator=(const SimdLimit&) = delete;
};

// Those with fused multiply-add that this machine can run.
inline std::vector<std::string> exact_simd_targets() {
  std::vector<std::string> exact;
  for (const std::string& target : fovea::simd_targets()) {
    const SimdLimit limit(target);
    if (fovea::simd_target_is_exact()) exact.push_back(target);
  }
  return exact;
}

}  // namespace fovea::test
