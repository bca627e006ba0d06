// SPDX-License-Identifier: Apache-2.0
// The check that keeps numbers which are not finite out of the weights.
#pragma once

#include "train_step.h"

#include <cstdint>
#include <optional>

namespace fovea {

// The 2-norm of the gradients that `step` has computed for `batch`. Throws DivergedError when the
// loss or a gradient is not finite, with the step, the layer where it shows first, and the last
// finite loss: `last_loss`, of the step before.
double checked_gradient_norm(TrainStep& step, const Batch& batch, float loss, int64_t steps_done,
                             std::optional<float> last_loss);

}  // namespace fovea
