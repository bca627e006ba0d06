// SPDX-License-Identifier: Apache-2.0
// What a run that diverged says.
#pragma once

#include "train_step.h"

#include <fovea/core/comm/communicator.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace fovea {

// What a message says of a loss: its pictures, or else what of the net shows it first.
inline constexpr const char* kPicturesNotFinite =
    "the batch's pictures are not finite; check the training data";
inline constexpr const char* kLossItself = "the loss itself";  // when nothing of the net does
std::string origin_of_loss_text(const std::string& first);

bool is_finite(Context& ctx, const Tensor& tensor);  // all of its elements
// The first parameter whose value, and the last one whose gradient, is not finite: its name, or
// empty.
std::string first_value_not_finite(Context& ctx, const Net& net);
std::string last_gradient_not_finite(Context& ctx, Net& net);

// What finds where it shows first: for a loss (TrainStep::Origin's text), and the name of a
// parameter for gradients.
struct DivergenceOrigins {
  std::function<std::string()> of_loss, of_gradients;
};

// Of a step whose `outcome` is not finite: throws DivergedError with the step, the layer where it
// shows first, and the last finite loss: `last_loss`, of the step before.
[[noreturn]] void throw_diverged(const DivergenceOrigins& origins, const StepOutcome& outcome,
                                 int64_t steps_done, std::optional<float> last_loss);

// For a step that `step` has recovered from, with the same batch; both must outlive their use.
// `processes`, null for one alone: each looks into its own samples, and all find the same.
DivergenceOrigins origins_in(TrainStep& step, const Batch& batch,
                             Communicator* processes = nullptr);

}  // namespace fovea
