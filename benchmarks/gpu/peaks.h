// SPDX-License-Identifier: Apache-2.0
// A GPU's own limits, against which its kernels are held.
#pragma once

#include "bench.h"

#include <fovea/core/context.h>

namespace fovea::bench {

// Products in registers, in the context's precision (fused multiply-adds, or mma on tensor cores),
// as long chains in many threads; and copying memory within the GPU. `effort` scales both: 1 is for
// GPUs, less for the emulation.
std::vector<Case> gpu_machine_cases(Context& ctx, double effort);

}  // namespace fovea::bench
