// SPDX-License-Identifier: Apache-2.0
// The settings that must not change a bit: SIMD targets and thread counts.
#pragma once

#include "support/simd_limit.h"

#include <fovea/core/context.h>

#include <catch2/catch.hpp>

#include <string>

namespace fovea::test {

// Calls body(ctx) for every exact SIMD target and 1, 2, 3 and 7 threads.
template <class Body>
void for_each_setting(Body body) {
  for (const std::string& name : exact_simd_targets()) {
    const SimdLimit limit(name);
    for (const int threads : {1, 2, 3, 7}) {
      Context ctx({.threads = threads});
      CAPTURE(name, threads);
      body(ctx);
    }
  }
}

}  // namespace fovea::test
