// SPDX-License-Identifier: Apache-2.0
#include "report/markup.h"
#include "report/page.h"
#include "report/sections.h"

#include <fovea/optim/curves.h>
#include <fovea/optim/filter_picture.h>

namespace fovea::detail {

std::string curves_section(const ReportContent& content) {
  if (content.history.steps.empty()) return "";
  std::string said;
  if (const auto* best = content.history.best()) {
    said = paragraph("Best top-1 on the validation data: " + share_text(best->val->top1) +
                     ", after epoch " + std::to_string(best->epoch) + ".");
  }
  return section("Training", said + draw_curves(content.history, "Training curves"));
}

std::string filters_section(const Net& net) {
  const auto filters = draw_filters(net);
  if (!filters) return "";
  const std::string picture = "<img class=\"filters\" alt=\"filters of " + escaped(filters->layer) +
                              "\" src=\"" + png_uri(png_of(filters->image)) + "\">";
  return section("Filters of " + filters->layer,
                 paragraph("Each filter is stretched to the whole range of brightness.") + picture);
}

}  // namespace fovea::detail
