// SPDX-License-Identifier: Apache-2.0
#include "report/line_chart.h"
#include "report/page.h"
#include "report/sections.h"

#include <fovea/core/number_text.h>

#include <algorithm>

namespace fovea::detail {

namespace {

using EpochSpeed = RunHistory::EpochSpeed;

template <class Value>
LineChart chart_of(const std::vector<EpochSpeed>& speeds, const char* title, Value value) {
  ChartCurve curve{title, "train", {}, true};
  for (const EpochSpeed& s : speeds)
    curve.points.push_back({static_cast<double>(s.epoch), value(s)});
  LineChart chart{title, "epoch", {curve}};
  chart.from_zero = true;
  return chart;
}

std::string charts(const std::vector<EpochSpeed>& speeds) {
  if (speeds.size() < 2) return "";
  const LineChart speed =
      chart_of(speeds, "images/s", [](const EpochSpeed& s) { return s.images_per_second; });
  LineChart wait =
      chart_of(speeds, "waiting for data", [](const EpochSpeed& s) { return 100 * s.data_wait; });
  wait.unit = "%";
  return svg_picture(2 * kChartWidth, kChartHeight, "Speed of each epoch",
                     draw(speed) + "<g transform=\"translate(" + std::to_string(kChartWidth) +
                         " 0)\">" + draw(wait) + "</g>");
}

// Of the epochs by as many ranks as the last one.
void add_ranks(std::vector<Tile>& figures, const RunHistory& history) {
  if (history.communication.empty()) return;
  const int64_t ranks = history.communication.back().ranks;
  int64_t steps = 0, bytes = 0;
  double all = 0, busy = 0, exposed = 0;
  for (const RunHistory::EpochCommunication& epoch : history.communication) {
    if (epoch.ranks != ranks) continue;
    steps += epoch.steps;
    bytes += epoch.bytes;
    const auto speed = std::ranges::find(history.speeds, epoch.epoch, &EpochSpeed::epoch);
    if (!epoch.times || speed == history.speeds.end()) continue;
    all += speed->seconds;
    busy += epoch.times->seconds;
    exposed += epoch.times->exposed;
  }
  if (steps == 0) return;
  figures.push_back({bytes_text(static_cast<uint64_t>(bytes / steps)),
                     "sent in a step by each of " + std::to_string(ranks) + " ranks"});
  if (all <= 0) return;
  figures.push_back({percent_text(busy / all, 1), "of the time in communication"});
  figures.push_back({percent_text(exposed / all, 1), "not hidden by computing"});
}

}  // namespace

std::string speed_section(const ReportContent& content) {
  const std::vector<EpochSpeed>& speeds = content.history.speeds;
  std::vector<Tile> figures;
  if (!speeds.empty()) {
    double seconds = 0, fastest = 0, wait = 0;
    for (const EpochSpeed& s : speeds) {
      seconds += s.seconds;
      fastest = std::max(fastest, s.images_per_second);
      wait += s.data_wait / static_cast<double>(speeds.size());
    }
    const double epochs = static_cast<double>(speeds.size());
    figures.push_back({duration_text(seconds), "training, with validation"});
    figures.push_back({duration_text(seconds / epochs), "an epoch"});
    figures.push_back({fixed_text(fastest, 0), "images/s, fastest epoch"});
    figures.push_back({percent_text(wait, 1), "waiting for data"});
  }
  add_ranks(figures, content.history);
  if (content.evaluation) {
    figures.push_back(
        {fixed_text(content.evaluation->images_per_second(), 0), "images/s, evaluation"});
  }
  return figures.empty() ? "" : section("Speed", tiles(figures) + charts(speeds));
}

}  // namespace fovea::detail
