// SPDX-License-Identifier: Apache-2.0
// Pointwise activations. x, y of any shape, f32; y may be x. Backward takes the output y: dx may be
// dy.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

enum class Activation : uint8_t {
  relu,     // v <= 0 ? +0 : v (a NaN passes); gradient 0 at 0
  tanh,     // dx = dy (1 - y^2)
  sigmoid,  // 1 / (1 + e^-v); dx = dy y (1 - y)
};

using ActivationForward = void(Context& ctx, Activation kind, const Tensor& x, Tensor& y);
using ActivationBackward = void(Context& ctx, Activation kind, const Tensor& y, const Tensor& dy,
                                Tensor& dx);

ActivationForward activation_forward;  // checks its arguments, then calls the device's:
ActivationBackward activation_backward;

namespace cpu {
ActivationForward activation_forward;
ActivationBackward activation_backward;
}  // namespace cpu

}  // namespace fovea
