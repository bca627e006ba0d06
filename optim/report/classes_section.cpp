// SPDX-License-Identifier: Apache-2.0
#include "report/page.h"
#include "report/sections.h"

#include <fovea/core/number_text.h>

namespace fovea::detail {

std::string classes_section(const Evaluation& evaluation, const std::vector<std::string>& names) {
  HtmlTable table({"class", "#precision", "#recall", "#F1", "#support"});
  for (int64_t c = 0; c < evaluation.confusion.classes(); c++) {
    const ConfusionMatrix::ClassScore score = evaluation.confusion.score(c);
    const bool unused = score.support == 0 && score.predicted == 0;
    if (unused && static_cast<size_t>(c) >= names.size()) continue;  // an output without a class
    table.row({class_name(names, c), share_text(score.precision()), share_text(score.recall()),
               share_text(score.f1()), grouped_text(score.support)});
  }
  return section("Classes",
                 paragraph("Precision: the share of what was taken for the class that is of it. "
                           "Recall: the share of the class that was found. F1: their harmonic "
                           "mean. Support: samples of the class.") +
                     table.str());
}

}  // namespace fovea::detail
