// SPDX-License-Identifier: Apache-2.0
// Scratch memory of the CPU's convolution and linear passes, in bytes.
#pragma once

#include <fovea/core/context.h>
#include <fovea/kernels/conv2d.h>

namespace fovea::cpu {

size_t conv2d_workspace(const Context& ctx, const Conv2dParams& params, const Shape& x,
                        const Shape& w);
size_t linear_workspace(const Context& ctx, int64_t batch, int64_t in, int64_t out);

}  // namespace fovea::cpu
