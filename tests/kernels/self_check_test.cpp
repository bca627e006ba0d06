// SPDX-License-Identifier: Apache-2.0
#include <fovea/kernels/self_check.h>
#include <fovea/kernels/simd.h>

#include <catch2/catch.hpp>

TEST_CASE("the self-check passes on every target of this machine") {
  fovea::Context ctx({.threads = 2});
  for (const std::string& target : fovea::simd_targets()) {
    fovea::limit_simd_target(target);
    for (const fovea::SelfCheck& check : fovea::check_kernels(ctx)) {
      INFO(target << " " << check.op << " off by " << check.largest_error);
      CHECK(check.passed);
      if (fovea::simd_target_is_exact()) CHECK(check.same_bits);
    }
  }
  fovea::limit_simd_target("");
}
