// SPDX-License-Identifier: Apache-2.0
#include "report/line_chart.h"

#include <fovea/optim/curves.h>

#include <algorithm>

namespace fovea {

namespace {

using detail::ChartCurve, detail::LineChart, detail::kChartHeight, detail::kChartWidth;
using Score = RunHistory::Score;

// Steps become epochs where it is known how many make one.
class Charts {
 public:
  explicit Charts(const RunHistory& history) : history_(history) {
    const auto per_epoch = static_cast<double>(history.steps_per_epoch());
    if (per_epoch > 0) scale_ = 1 / per_epoch;
    label_ = per_epoch > 0 ? "epoch" : "step";
  }

  LineChart loss() const {
    ChartCurve train{"train", "train", {}};
    for (const auto& s : history_.steps) train.points.push_back({x(s.step), s.score.loss});
    return {"Loss", label_, {train, val(&Score::loss, 1)}};
  }

  LineChart accuracy(const char* title, double Score::*member) const {
    ChartCurve train{"train", "train", {}, true};
    for (const auto& e : history_.epochs)
      train.points.push_back({x(e.step), 100 * (e.train.*member)});
    if (history_.epochs.empty()) {  // then there is only the first one so far
      train.marks = false;
      for (const auto& s : history_.steps)
        train.points.push_back({x(s.step), 100 * (s.score.*member)});
    }
    return {title, label_, {train, val(member, 100)}, "%"};
  }

  LineChart learning_rate() const {
    ChartCurve lr{"lr", "train", {}};
    for (const auto& s : history_.steps) lr.points.push_back({x(s.step), s.lr});
    LineChart chart{"Learning rate", label_, {lr}};
    chart.logarithmic = true;
    return chart;
  }

  bool top5_says_something() const {
    return std::any_of(history_.epochs.begin(), history_.epochs.end(), [](const auto& e) {
      return e.train.top5 < 1 || (e.val && e.val->top5 < 1);
    });
  }

 private:
  double x(int64_t step) const { return static_cast<double>(step) * scale_; }

  ChartCurve val(double Score::*member, double scale) const {
    ChartCurve curve{"validation", "val", {}, true};
    for (const auto& e : history_.epochs) {
      if (e.val) curve.points.push_back({x(e.step), scale * ((*e.val).*member)});
    }
    return curve;
  }

  const RunHistory& history_;
  double scale_ = 1;
  std::string label_;
};

}  // namespace

std::string draw_curves(const RunHistory& history, const std::string& title) {
  const Charts charts(history);
  std::vector<LineChart> all{charts.loss(), charts.accuracy("Top-1", &Score::top1)};
  if (charts.top5_says_something()) all.push_back(charts.accuracy("Top-5", &Score::top5));
  all.push_back(charts.learning_rate());
  std::string content;
  for (size_t i = 0; i < all.size(); i++) {
    const auto left = static_cast<int>(i % 2) * kChartWidth;
    const auto top = static_cast<int>(i / 2) * kChartHeight;
    content += "<g transform=\"translate(" + std::to_string(left) + " " + std::to_string(top) +
               ")\">" + draw(all[i]) + "</g>";
  }
  const auto rows = static_cast<int>((all.size() + 1) / 2);
  return detail::svg_picture(2 * kChartWidth, rows * kChartHeight, title, content);
}

}  // namespace fovea
