// SPDX-License-Identifier: Apache-2.0
#include "divergence.h"

#include <fovea/core/comm/launch.h>
#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/kernels/clip.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace fovea {

namespace {

std::string number(float value) {
  return std::isfinite(value) ? JsonWriter().value(value).str() : std::to_string(value);
}

// Of the first process that finds one.
std::string origin_of_loss(TrainStep& step, const Batch& batch, Communicator* processes) {
  const auto [found, text] = step.origin_of_loss(batch, processes != nullptr);
  if (!processes) return text;
  const std::vector<std::string> all = gather_text(*processes, found ? text : "");
  const auto first = std::ranges::find_if(all, [](const auto& t) { return !t.empty(); });
  return first == all.end() ? text : *first;
}

}  // namespace

std::string origin_of_loss_text(const std::string& first) {
  return "the first that is not finite is " + first +
         "; lower train.optimizer.lr, or limit train.clip.norm";
}

bool is_finite(Context& ctx, const Tensor& tensor) {
  return std::isfinite(sum_of_squares(ctx, tensor.to(ctx.device())));
}

std::string first_value_not_finite(Context& ctx, const Net& net) {
  const auto& all = net.parameters();
  const auto found =
      std::ranges::find_if(all, [&](const Parameter& p) { return !is_finite(ctx, net.value(p)); });
  return found == all.end() ? "" : found->name;
}

std::string last_gradient_not_finite(Context& ctx, Net& net) {
  const auto& all = net.parameters();
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Parameter& p) {
    return !is_finite(ctx, net.gradient(p));
  });
  return found == all.rend() ? "" : found->name;
}

void throw_diverged(const DivergenceOrigins& origins, const StepOutcome& outcome,
                    int64_t steps_done, std::optional<float> last_loss) {
  const std::string place = "step " + std::to_string(steps_done + 1) + ": ";
  if (!std::isfinite(outcome.loss)) {
    const std::string before = last_loss ? "the last finite loss was " + number(*last_loss) +
                                               " in step " + std::to_string(steps_done)
                                         : "no loss was finite";
    throw DivergedError(place + "the loss is " + number(outcome.loss) + "; " + before + "; " +
                        origins.of_loss());
  }
  throw DivergedError(place + "the gradient of " + origins.of_gradients() +
                      " is not finite; the last finite loss was " + number(outcome.loss) +
                      " in this step; lower train.optimizer.lr, or limit train.clip.norm");
}

DivergenceOrigins origins_in(TrainStep& step, const Batch& batch, Communicator* processes) {
  return {[&step, &batch, processes] { return origin_of_loss(step, batch, processes); },
          [&step] { return step.origin_of_gradients(); }};
}

}  // namespace fovea
