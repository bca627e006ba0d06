// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench.h"

#include <fovea/core/context.h>

namespace fovea::bench {

// The convolutions of conv2d_cases() as cuDNN computes them, each with the fastest algorithm that
// it finds: NCHW for fp32 and tf32, NHWC for bf16, with values that lie there already. Nothing
// where the benchmarks are built without cuDNN.
std::vector<Case> cudnn_cases(Context& ctx, int64_t batch);

}  // namespace fovea::bench
