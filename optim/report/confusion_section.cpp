// SPDX-License-Identifier: Apache-2.0
#include "report/page.h"
#include "report/sections.h"

#include <fovea/core/number_text.h>

namespace fovea::detail {

namespace {

constexpr size_t kWorstPairs = 15;

}  // namespace

std::string confusion_section(const Evaluation& evaluation, const std::vector<std::string>& names) {
  const ConfusionMatrix& matrix = evaluation.confusion;
  HtmlTable table({"class", "taken for", "#count", "#of the class"});
  const auto pairs = matrix.worst_pairs(kWorstPairs);
  for (const ConfusionMatrix::Pair& pair : pairs) {
    const auto support = static_cast<double>(matrix.score(pair.truth).support);
    table.row({class_name(names, pair.truth), class_name(names, pair.predicted),
               grouped_text(pair.count), share_text(static_cast<double>(pair.count) / support)});
  }
  return section("Confusion matrix",
                 paragraph("A row for each true class; the fuller a cell, the larger its share of "
                           "the row.") +
                     draw_confusion(matrix, names)) +
         (pairs.empty() ? "" : section("Most frequent confusions", table.str()));
}

}  // namespace fovea::detail
