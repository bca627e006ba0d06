// SPDX-License-Identifier: Apache-2.0
// Stochastic gradient descent with momentum and weight decay, fused over flat arenas.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

enum class SgdForm : uint8_t {
  paper,    // v = momentum v - lr (g + decay w);  w = w + v       (Krizhevsky et al. 2012; Caffe)
  pytorch,  // v = momentum v + (g + decay w);     w = w - lr v    (differs whenever lr changes)
};

struct SgdParams {
  float lr = 0.01f, momentum = 0.9f, weight_decay = 0;
  SgdForm form = SgdForm::paper;
  Tensor halted = {};   // (1), i32: nothing moves unless it is 0; empty: always
  Tensor rounded = {};  // bf16 of w's shape, or empty: gets the new w, rounded
};

// w, v, g: equal shapes, f32; w and v are updated. Velocities below FLT_MIN become 0
// (docs/numerics.md).
using SgdUpdate = void(Context& ctx, const SgdParams& params, const Tensor& g, Tensor& v,
                       Tensor& w);

SgdUpdate sgd_update;  // checks its arguments, then calls the device's:

namespace cpu {
SgdUpdate sgd_update;
}  // namespace cpu

}  // namespace fovea
