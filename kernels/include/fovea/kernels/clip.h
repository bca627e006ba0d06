// SPDX-License-Identifier: Apache-2.0
// What gradient clipping needs: a norm, scaling, clamping. All f32, any shape.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

// Sum of the squares of all elements, in double precision, in an order that does not depend on the
// threads: blocks of kSquaresBlock elements, within a block element i in part i % kSquaresParts,
// the parts pairwise, the blocks one after the other.
using SumOfSquares = double(Context& ctx, const Tensor& x);
inline constexpr int64_t kSquaresBlock = 16384, kSquaresParts = 16;

using Scale = void(Context& ctx, float factor, Tensor& x);  // x = factor * x
// Every element into [-limit, limit]; a NaN stays.
using Clamp = void(Context& ctx, float limit, Tensor& x);

SumOfSquares sum_of_squares;  // each checks its arguments, then calls the device's:
Scale scale;
Clamp clamp;

namespace cpu {
SumOfSquares sum_of_squares;
Scale scale;
Clamp clamp;
}  // namespace cpu

}  // namespace fovea
