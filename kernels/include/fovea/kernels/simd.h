// SPDX-License-Identifier: Apache-2.0
// The instruction sets that this build has kernels for, and which one is used.
#pragma once

#include <fovea/core/export.h>

#include <string>
#include <vector>

namespace FOVEA_API fovea {

// "AVX3" (AVX-512), "AVX2", "SSE4", ...: those this machine can run, best first.
std::vector<std::string> simd_targets();
// The one in use: the best, unless limited.
std::string simd_target();
// Whether it has fused multiply-add, which Numerics::exact needs.
bool simd_target_is_exact();
// Uses `name` from now on, in the whole process ("" lifts the limit). For tests, audits and bug
// reports; not while kernels run. Throws ConfigError naming the targets there are.
void limit_simd_target(const std::string& name);

}  // namespace fovea
