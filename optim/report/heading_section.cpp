// SPDX-License-Identifier: Apache-2.0
#include "report/markup.h"
#include "report/page.h"
#include "report/sections.h"

#include <fovea/core/number_text.h>

namespace fovea::detail {

std::string heading_section(const Model& model, const ReportContent& content) {
  std::vector<Tile> figures;
  std::string subtitle = content.model;
  if (content.evaluation) {
    const Metrics& metrics = content.evaluation->metrics;
    figures.push_back({percent_text(metrics.top1_share(), 2), "top-1"});
    if (model.net.output_shape()[1] > 5)
      figures.push_back({percent_text(metrics.top5_share(), 2), "top-5"});
    figures.push_back({fixed_text(metrics.loss(), 4), "loss"});
    figures.push_back({grouped_text(metrics.samples), "samples evaluated"});
    subtitle += " on " + content.data;
  }
  figures.push_back({grouped_text(model.net.parameter_count()), "parameters"});
  if (!content.history.epochs.empty()) {
    const auto& last = content.history.epochs.back();
    figures.push_back({grouped_text(last.epoch), last.epoch == 1 ? "epoch" : "epochs"});
  }
  return element("header", "",
                 element("h1", "", escaped(content.title)) +
                     paragraph(subtitle + (content.written.empty() ? "" : ", " + content.written)) +
                     tiles(figures)) +
         "\n";
}

}  // namespace fovea::detail
