// SPDX-License-Identifier: Apache-2.0
// Sums of tensors, and concatenation along the last axis (channels). All f32.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

#include <span>

namespace FOVEA_API fovea {

using AddOp = void(Context& ctx, const Tensor& a, const Tensor& b,
                   Tensor& y);  // y = a + b; y may be a or b
using ConcatOp = void(Context& ctx, std::span<const Tensor> xs,
                      Tensor& y);  // equal but for the last axis
using SplitOp = void(Context& ctx, const Tensor& y, std::span<Tensor> xs);  // the inverse of concat
// result (1) = the sum of all elements in a fixed order: kReduceParts partial sums, element i in
// part i % kReduceParts, then pairwise.
using SumOp = void(Context& ctx, const Tensor& x, Tensor& result);
inline constexpr int kReduceParts = 64;

AddOp add;  // each checks its arguments, then calls the device's:
ConcatOp concat;
SplitOp split;
SumOp sum;
float sum(Context& ctx, const Tensor& x);  // waits for it

namespace cpu {
AddOp add;
ConcatOp concat;
SplitOp split;
SumOp sum;
}  // namespace cpu

}  // namespace fovea
