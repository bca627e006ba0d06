// SPDX-License-Identifier: Apache-2.0
// The net at its first values.
#include "preflight_parts.h"

#include <fovea/core/number_text.h>
#include <fovea/layers/execution.h>

#include <algorithm>
#include <cmath>

namespace fovea {

namespace {

using Verdict = PreflightFinding::Verdict;

// A loss this far above guessing means logits that are wild before anything is learned.
constexpr double kWildLoss = 2, kRoughLoss = 0.5;
// Of nets that are known to train, 0.3 % (the paper's text) to 7 % (the 2012 program) of the
// logits' deviation is between pictures; of the paper's text on inputs of unit variance 0.01 %.
constexpr double kFlatSpread = 1e-3;
constexpr double kManyDead = 0.5, kSomeDead = 0.2;

// Standard deviations of logits: each one's over pictures, and all of them over classes, as the
// roots of mean variances.
struct Spread {
  double over_pictures = 0, over_classes = 0;
};

// The sum of squared deviations from the mean of x[0], x[step], ...
double squares(const float* x, int64_t count, int64_t step) {
  double mean = 0, sum = 0;
  for (int64_t i = 0; i < count; i++) mean += x[i * step];
  mean /= static_cast<double>(count);
  for (int64_t i = 0; i < count; i++) sum += (x[i * step] - mean) * (x[i * step] - mean);
  return sum;
}

Spread spread_of(const Tensor& logits) {
  const int64_t n = logits.shape()[0], classes = logits.shape()[1];
  const float* x = logits.data<float>();
  double pictures = 0, within = 0;
  for (int64_t c = 0; c < classes; c++) pictures += squares(x + c, n, classes);
  for (int64_t i = 0; i < n; i++) within += squares(x + i * classes, classes, 1);
  const auto all = static_cast<double>(n * classes);
  return {std::sqrt(pictures / all), std::sqrt(within / all)};
}

Tensor forward_of(const Net& net, Context& ctx, const Tensor& images) {
  Execution execution = Execution::inference(net, ctx, {.batch = images.shape()[0]});
  return execution.forward(images).to(Device::cpu()).clone();
}

// Share of the last axis' entries that are 0 in every row.
double dead_share(const Tensor& activations) {
  const int64_t units = activations.shape()[activations.shape().rank() - 1];
  const auto x = activations.span<float>();
  std::vector<bool> alive(static_cast<size_t>(units), false);
  for (size_t i = 0; i < x.size(); i++)
    if (x[i] != 0) alive[i % static_cast<size_t>(units)] = true;
  return static_cast<double>(std::ranges::count(alive, false)) / static_cast<double>(units);
}

}  // namespace

void check_first_loss(const RunConfig& config, Net& net, Context& ctx, const Batch& batch,
                      PreflightFindings& findings) {
  Execution execution = Execution::training(net, ctx, {.batch = batch.size()});
  const double loss = execution
                          .train_step(batch.images, batch.labels, {batch.epoch, batch.keys},
                                      {.label_smoothing = config.options.train.label_smoothing})
                          .loss;
  const int64_t classes = net.output_shape()[1];
  const double guessing = std::log(static_cast<double>(classes));
  const std::string text = fixed_text(loss, 3) + "; guessing among " + std::to_string(classes) +
                           " classes gives ln(" + std::to_string(classes) +
                           ") = " + fixed_text(guessing, 3);
  if (!(loss < guessing + kWildLoss)) {
    add(findings, Verdict::bad, "first loss", text,
        "smaller first weights, above all in the last layer (init {\"weight\": {\"normal\": "
        "0.01}}), "
        "or smaller inputs (data.scale, mean, std)");
  } else if (std::abs(loss - guessing) > kRoughLoss) {
    add(findings, Verdict::note, "first loss", text,
        "smaller first weights in the last layer would begin at guessing");
  } else {
    add(findings, Verdict::good, "first loss", text);
  }
}

void check_spread(const Net& net, Context& ctx, const Batch& batch, PreflightFindings& findings) {
  if (batch.size() < 2) return;
  const Spread spread = spread_of(forward_of(net, ctx, batch.images));
  const std::string text = "logits differ by " + rounded_text(spread.over_pictures) +
                           " from picture to picture, by " + rounded_text(spread.over_classes) +
                           " from class to class";
  if (!(spread.over_pictures >= kFlatSpread * spread.over_classes)) {
    add(findings, Verdict::bad, "spread", text + ": the net hardly sees its input",
        "larger first weights (init \"kaiming\", or 0.03 in the middle layers as the 2012 program "
        "had), inputs on the 0..255 scale where weights are as small as 0.01 (data.scale=raw, no "
        "std), biases of 1 in fewer layers");
  } else {
    add(findings, Verdict::good, "spread", text);
  }
}

void check_biases(const Net& net, PreflightFindings& findings) {
  int64_t biases = 0, large = 0;
  for (const Parameter& parameter : net.parameters()) {
    if (!parameter.name.ends_with(".bias")) continue;
    const Tensor values = net.value(parameter).to(Device::cpu());
    biases++;
    if (std::ranges::all_of(values.span<float>(), [](float value) { return value >= 0.5f; }))
      large++;
  }
  if (biases < 3 || large < biases) return;
  add(findings, Verdict::bad, "biases",
      "those of all " + std::to_string(biases) + " layers begin at 0.5 or more",
      "0 in the first layer and in the last, as the paper has it, or 0.1 everywhere, as Caffe");
}

void check_units(const Net& net, Context& ctx, const Batch& batch, PreflightFindings& findings) {
  double worst = 0;
  std::string where, text;
  for (size_t i = 0; i < net.nodes().size(); i++) {
    const Node& node = net.nodes()[i];
    if (node.type != "relu") continue;
    const double share = dead_share(forward_of(net.up_to(i), ctx, batch.images));
    if (where.empty() || share > worst) {
      worst = share;
      where = node.name;
    }
  }
  if (where.empty()) return;
  text = "most in " + where + ": " + percent_text(worst, 1) + " are 0 for all " +
         std::to_string(batch.size()) + " pictures";
  if (worst > kManyDead) {
    add(findings, Verdict::bad, "dead units", text,
        "biases of that layer above 0, smaller weights before it, inputs whose mean is taken off");
  } else if (worst > kSomeDead) {
    add(findings, Verdict::note, "dead units", text, "a look at the init of that layer");
  } else {
    add(findings, Verdict::good, "dead units", text);
  }
}

}  // namespace fovea
