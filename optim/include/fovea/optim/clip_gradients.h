// SPDX-License-Identifier: Apache-2.0
// Gradient clipping, by norm or by value, as torch.nn.utils.clip_grad_norm_ and clip_grad_value_.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/fields.h>
#include <fovea/core/tensor.h>

#include <optional>

namespace FOVEA_API fovea {

struct ClipOptions {
  std::optional<float>
      norm;  // all gradients times norm / (their 2-norm + 1e-6), where that is below 1
  std::optional<float> value;  // then every element into [-value, value]

  static Fields<ClipOptions> fields();
};

void clip_gradients(Context& ctx, const ClipOptions& options, Tensor& gradients);
// The same, where the sum of their squares (sum_of_squares) is on the device.
void clip_gradients(Context& ctx, const ClipOptions& options, const Tensor& squares,
                    Tensor& gradients);

}  // namespace fovea
