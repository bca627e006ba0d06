// SPDX-License-Identifier: Apache-2.0
#include "report/page.h"
#include "report/sections.h"

#include <fovea/core/number_text.h>
#include <fovea/optim/report.h>

#include <cmath>

namespace fovea {

namespace detail {

std::string share_text(double share) { return std::isfinite(share) ? percent_text(share, 1) : "–"; }

}  // namespace detail

std::string report_html(const Model& model, const ReportContent& content) {
  using namespace detail;
  std::string page =
      heading_section(model, content) + curves_section(content) + filters_section(model.net);
  if (content.evaluation) {
    const std::vector<std::string>& names = model.info.classes;
    page += confusion_section(*content.evaluation, names);
    page += classes_section(*content.evaluation, names);
    page += errors_section(*content.evaluation, names);
  }
  page += net_section(model.net) + speed_section(content) +
          environment_section(content.environment) + config_section(content.config);
  return html_page(content.title, page);
}

}  // namespace fovea
