// SPDX-License-Identifier: Apache-2.0
// Between fp32 and bf16.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

// y = x in y's type; equal shapes. f32 to bf16 rounds to nearest, ties to even, and a NaN stays
// one; bf16 to f32 is exact.
using CastOp = void(Context& ctx, const Tensor& x, Tensor& y);

CastOp cast;  // checks its arguments, then calls the device's:

namespace cpu {
CastOp cast;
}  // namespace cpu

}  // namespace fovea
