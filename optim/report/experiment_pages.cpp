// SPDX-License-Identifier: Apache-2.0
#include "line_chart.h"
#include "markup.h"
#include "page.h"

#include <fovea/core/number_text.h>
#include <fovea/optim/experiment.h>

#include <algorithm>
#include <cmath>

namespace fovea {

namespace {

using detail::ChartCurve, detail::HtmlTable, detail::LineChart, detail::paragraph, detail::section;

// What the paper says of each variant, in points of its top-1 error on ILSVRC.
struct PaperSays {
  const char* variant;
  const char* difference;
};
constexpr PaperSays kPaper[] = {{"without normalisation", "+1.4 (section 3.3)"},
                                {"pooling without overlap", "+0.4 (section 3.4)"},
                                {"without dropout", "\"substantial overfitting\" (section 4.2)"},
                                {"one column of half the filters", "+1.7 (section 3.2)"}};

std::string about(const Experiment& experiment) {
  return "Trained on " + experiment.data + " (" + grouped_text(experiment.samples) +
         " pictures), at most " + std::to_string(experiment.epochs) +
         " epochs each: a stand-in with smaller nets and other pictures than the paper's. "
         "Directions can be compared, sizes only roughly." +
         (experiment.finished ? "" : " It was stopped before its end.");
}

// The trial of a variant that reached the target first.
const Trial* fastest(const Experiment& experiment, const std::string& variant) {
  const Trial* best = nullptr;
  for (const Trial& trial : experiment.trials) {
    if (trial.variant != variant || !trial.epochs_to_target) continue;
    if (!best || *trial.epochs_to_target < *best->epochs_to_target) best = &trial;
  }
  return best;
}

ChartCurve curve_of(const Trial& trial, const char* style) {
  ChartCurve curve{trial.variant + ", lr " + rounded_text(trial.lr), style, {}};
  for (const Trial::Point& point : trial.training_error)
    curve.points.push_back({point.epoch, 100 * point.error});
  return curve;
}

std::string ratio_sentence(const Trial* relu, const Trial* tanh, double target) {
  const std::string paper =
      " In the paper ReLU was six times faster to 25 % on CIFAR-10 (figure 1).";
  if (!relu || !tanh)
    return "Not both reached " + percent_text(target, 0) + " training error." + paper;
  return "ReLU reached " + percent_text(target, 0) + " training error " +
         fixed_text(*tanh->epochs_to_target / *relu->epochs_to_target, 1) +
         " times as fast as tanh, each at its best learning rate." + paper;
}

std::string race_table(const Experiment& experiment) {
  HtmlTable table({"activation", "#learning rate", "#epochs to the target"});
  for (const Trial& trial : experiment.trials)
    table.row({trial.variant, rounded_text(trial.lr),
               trial.epochs_to_target ? fixed_text(*trial.epochs_to_target, 2) : "not reached"});
  return table.str();
}

// Of a variant's trials: the mean of the test errors in percent, and its standard error.
struct Mean {
  double value = NAN, error = NAN;
  int count = 0;
};

Mean mean_error(const Experiment& experiment, const std::string& variant) {
  std::vector<double> errors;
  for (const Trial& trial : experiment.trials)
    if (trial.variant == variant && trial.val)
      errors.push_back(100 * (1 - trial.val->top1_share()));
  Mean mean{.count = static_cast<int>(errors.size())};
  if (errors.empty()) return mean;
  double sum = 0, squares = 0;
  for (const double error : errors) sum += error;
  mean.value = sum / mean.count;
  for (const double error : errors) squares += (error - mean.value) * (error - mean.value);
  if (mean.count > 1) mean.error = std::sqrt(squares / (mean.count - 1) / mean.count);
  return mean;
}

std::string with_error(double value, double error, int digits) {
  return fixed_text(value, digits) +
         (std::isfinite(error) ? " ± " + fixed_text(error, digits) : "");
}

}  // namespace

std::string race_page(const Experiment& experiment) {
  const Trial *relu = fastest(experiment, "ReLU"), *tanh = fastest(experiment, "tanh");
  LineChart chart{"Training error", "epoch", {}, "%"};
  if (relu) chart.curves.push_back(curve_of(*relu, "train"));
  if (tanh) chart.curves.push_back(curve_of(*tanh, "val"));
  const std::string picture = chart.curves.empty()
                                  ? ""
                                  : detail::svg_picture(detail::kChartWidth, detail::kChartHeight,
                                                        "training errors", draw(chart));
  return detail::html_page(
      "ReLU against tanh",
      section("ReLU against tanh", paragraph(about(experiment)) +
                                       paragraph(ratio_sentence(relu, tanh, experiment.target)) +
                                       picture) +
          section("All trials", race_table(experiment)));
}

std::string ablation_page(const Experiment& experiment) {
  const Mean whole = mean_error(experiment, "whole");
  HtmlTable table({"net", "#test error, %", "#against the whole, points", "the paper, points"});
  table.row({"whole", with_error(whole.value, whole.error, 2), "", ""});
  for (const PaperSays& paper : kPaper) {
    const Mean mean = mean_error(experiment, paper.variant);
    if (mean.count == 0) continue;
    const double error = std::sqrt(mean.error * mean.error + whole.error * whole.error);
    const double difference = mean.value - whole.value;
    table.row({paper.variant, with_error(mean.value, mean.error, 2),
               (difference > 0 ? "+" : "") + with_error(difference, error, 2), paper.difference});
  }
  return detail::html_page(
      "What the parts are worth",
      section(
          "What the parts are worth",
          paragraph(about(experiment)) +
              paragraph("Test errors, the mean of " + std::to_string(whole.count) +
                        (whole.count == 1 ? " training" : " trainings with its standard error") +
                        "; the paper's differences are of its top-1 error on ILSVRC.") +
              table.str()));
}

}  // namespace fovea
