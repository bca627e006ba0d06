// SPDX-License-Identifier: Apache-2.0
// The machine's own limits, as cases to be measured along with the operations: fused multiply-adds
// in registers, the GEMM's register tile on varied data in L1, and copying memory.
#pragma once

#include "bench.h"

#include <fovea/core/context.h>

#include <vector>

namespace fovea::bench {

std::vector<Case> machine_cases(Context& ctx);

}  // namespace fovea::bench
