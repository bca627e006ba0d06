// SPDX-License-Identifier: Apache-2.0
#include "divergence.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>

#include <cmath>
#include <string>

namespace fovea {

namespace {

std::string number(float value) {
  return std::isfinite(value) ? JsonWriter().value(value).str() : std::to_string(value);
}

}  // namespace

void throw_diverged(TrainStep& step, const Batch& batch, const StepOutcome& outcome,
                    int64_t steps_done, std::optional<float> last_loss) {
  const std::string place = "step " + std::to_string(steps_done + 1) + ": ";
  if (!std::isfinite(outcome.loss)) {
    const std::string before = last_loss ? "the last finite loss was " + number(*last_loss) +
                                               " in step " + std::to_string(steps_done)
                                         : "no loss was finite";
    throw DivergedError(place + "the loss is " + number(outcome.loss) + "; " + before + "; " +
                        step.origin_of_loss(batch));
  }
  throw DivergedError(place + "the gradient of " + step.origin_of_gradients() +
                      " is not finite; the last finite loss was " + number(outcome.loss) +
                      " in this step; lower train.optimizer.lr, or limit train.clip.norm");
}

}  // namespace fovea
