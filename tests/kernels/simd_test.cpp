// SPDX-License-Identifier: Apache-2.0
#include "support/simd_limit.h"

#include <fovea/core/error.h>
#include <fovea/kernels/simd.h>

#include <catch2/catch.hpp>

TEST_CASE("the best SIMD target is used unless limited") {
  const auto targets = fovea::simd_targets();
  REQUIRE_FALSE(targets.empty());
  CHECK(fovea::simd_target() == targets.front());
  for (const auto& target : targets) {
    const fovea::test::SimdLimit limit(target);
    CHECK(fovea::simd_target() == target);
    CHECK(fovea::simd_targets() == targets);  // what there is, not what is allowed
    CHECK(fovea::simd_target_is_exact() ==
          (target == "AVX3" || target == "AVX2" || target == "NEON"));
  }
  CHECK(fovea::simd_target() == targets.front());
}

TEST_CASE("an unknown SIMD target is refused, with the ones there are") {
  CHECK_THROWS_AS(fovea::limit_simd_target("MMX"), fovea::ConfigError);
  CHECK_THROWS_WITH(fovea::limit_simd_target("MMX"),
                    Catch::Contains("\"MMX\"") && Catch::Contains(fovea::simd_target()));
}
