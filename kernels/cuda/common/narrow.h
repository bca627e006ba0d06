// SPDX-License-Identifier: Apache-2.0
// fp32 to bf16 for other kernels' use.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/dtype.h>

#include <cstdint>

namespace fovea::cuda {

// to[i] = from[i], rounded, on the context's device and in its stream.
void narrow(const Context& ctx, const float* from, int64_t n, BFloat16* to);

}  // namespace fovea::cuda
