// SPDX-License-Identifier: Apache-2.0
// The settings that must not change a bit: SIMD targets and thread counts, and the device.
#pragma once

#include "support/devices.h"
#include "support/sanitized.h"
#include "support/simd_limit.h"

#include <fovea/core/context.h>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace fovea::test {

// A sanitizer sees in the last what it would see in the others.
inline std::vector<int> thread_counts() {
  return kSanitized ? std::vector{7} : std::vector{1, 2, 3, 7};
}

// Calls body(ctx) for every exact SIMD target and number of threads on the CPU.
template <class Body>
void for_each_cpu_setting(Body body) {
  for (const std::string& name : exact_simd_targets()) {
    const SimdLimit limit(name);
    for (const int threads : thread_counts()) {
      Context ctx({.threads = threads});
      CAPTURE(name, threads);
      body(ctx);
    }
  }
}

// And for a GPU, where there is one.
template <class Body>
void for_each_setting(Body body) {
  for_each_cpu_setting(body);
  if (!has_cuda()) return;
  Context ctx({.device = Device::cuda(), .threads = 1});
  CAPTURE(ctx.device().to_string());
  body(ctx);
}

}  // namespace fovea::test
