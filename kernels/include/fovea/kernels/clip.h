// SPDX-License-Identifier: Apache-2.0
// What gradient clipping needs: a norm, scaling, clamping; and a stop to updates when numbers are
// not finite. f32, any shape, where nothing else is said.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

// result (1), f64 = the sum of the squares of all elements, in double precision, in an order that
// does not depend on the threads: blocks of kSquaresBlock elements, within a block element i in
// part i % kSquaresParts, the parts pairwise, the blocks one after the other.
using SumOfSquares = void(Context& ctx, const Tensor& x, Tensor& result);
inline constexpr int64_t kSquaresBlock = 16384, kSquaresParts = 16;

using Scale = void(Context& ctx, float factor, Tensor& x);  // x = factor * x
// Every element into [-limit, limit]; a NaN stays.
using Clamp = void(Context& ctx, float limit, Tensor& x);
// x = factor * x where factor = limit / (sqrt(squares) + 1e-6), computed in double precision, is
// below 1. `squares` (1), f64: what sum_of_squares has found.
using LimitNorm = void(Context& ctx, float limit, const Tensor& squares, Tensor& x);
// Sets halted (1), i32, to 1 unless loss (1), f32, and squares (1), f64, are finite; else leaves
// it.
using HaltUnlessFinite = void(Context& ctx, const Tensor& loss, const Tensor& squares,
                              Tensor& halted);

SumOfSquares sum_of_squares;  // each checks its arguments, then calls the device's:
Scale scale;
Clamp clamp;
LimitNorm limit_norm;
HaltUnlessFinite halt_unless_finite;
double sum_of_squares(Context& ctx, const Tensor& x);  // waits for it

namespace cpu {
SumOfSquares sum_of_squares;
Scale scale;
Clamp clamp;
LimitNorm limit_norm;
HaltUnlessFinite halt_unless_finite;
}  // namespace cpu

}  // namespace fovea
