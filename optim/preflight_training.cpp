// SPDX-License-Identifier: Apache-2.0
// A few steps on one batch: does its loss fall, and how long does a step take.
#include "preflight_parts.h"
#include "train_step.h"

#include <fovea/core/number_text.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace fovea {

namespace {

using Verdict = PreflightFinding::Verdict;
using Clock = std::chrono::steady_clock;

constexpr int kSteps = 30;
constexpr double kSeconds = 3;  // no step is begun later

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Losses {
  std::vector<double> values;
  double seconds_per_step = 0;  // the shortest: others may have been disturbed

  bool finite() const {
    return std::ranges::all_of(values, [](double loss) { return std::isfinite(loss); });
  }
  // Dropout makes each step's loss another; the last few's mean stands for the end.
  double end() const {
    const size_t count = std::min<size_t>(3, values.size() - 1);
    double sum = 0;
    for (size_t i = values.size() - count; i < values.size(); i++) sum += values[i];
    return sum / static_cast<double>(count);
  }
};

Losses learn(const RunConfig& config, Net& net, Context& ctx, Batch batch) {
  const TrainOptions& options = config.options.train;
  TrainStep step(net, ctx, options, batch.size());
  Metrics metrics;
  Losses losses;
  const auto begin = Clock::now();
  for (int i = 0; i < kSteps && (i < 2 || seconds_since(begin) < kSeconds); i++) {
    const auto start = Clock::now();
    batch.epoch = static_cast<uint32_t>(i);  // else dropout's masks would tell the pictures apart
    step.begin(batch, {.lr = options.sgd().lr, .step = i, .epoch = 0});
    const StepOutcome outcome = step.finish(batch, metrics);
    const double seconds = seconds_since(start);
    losses.seconds_per_step = i < 2 ? seconds : std::min(seconds, losses.seconds_per_step);
    losses.values.push_back(outcome.is_finite() ? outcome.loss : NAN);
    if (!outcome.is_finite()) break;
  }
  return losses;
}

}  // namespace

void check_training(const RunConfig& config, Net& net, Context& ctx, const Batch& batch,
                    int64_t samples, PreflightFindings& findings) {
  const Losses losses = learn(config, net, ctx, batch);
  const std::string steps = std::to_string(losses.values.size()) + " steps on the same " +
                            std::to_string(batch.size()) + " pictures: ";
  const double first = losses.values.front();
  if (!losses.finite()) {
    add(findings, Verdict::bad, "one batch", steps + "its loss or gradients are no longer finite",
        "a smaller train.optimizer.lr, train.clip.norm, or smaller first weights");
    return;
  }
  const std::string text =
      steps + "loss " + fixed_text(first, 3) + " -> " + fixed_text(losses.end(), 3);
  if (losses.end() > first + 0.5) {
    const bool warms_up = config.options.train.warmup.length > 0;  // these steps did not
    add(findings, warms_up ? Verdict::note : Verdict::bad, "one batch",
        text + (warms_up ? ", without the warm-up" : ""),
        "a smaller train.optimizer.lr, a warm-up, or train.clip.norm");
  } else if (losses.end() > first - 0.01) {
    add(findings, Verdict::note, "one batch", text,
        "train.overfit_batch=true for longer shows whether it learns at all");
  } else {
    add(findings, Verdict::good, "one batch", text);
  }
  const double epoch =
      losses.seconds_per_step / static_cast<double>(batch.size()) * static_cast<double>(samples);
  const int64_t epochs = config.options.train.epochs;
  add(findings, Verdict::good, "time",
      "about " + duration_text(epoch) + " for an epoch, " +
          duration_text(epoch * static_cast<double>(epochs)) + " for " + std::to_string(epochs) +
          ", on " + ctx.device().to_string() + ", without validation");
}

}  // namespace fovea
