// SPDX-License-Identifier: Apache-2.0
#include "report/markup.h"
#include "report/page.h"
#include "report/sections.h"
#include "report/thumbnail.h"

#include <fovea/core/number_text.h>

namespace fovea::detail {

namespace {

constexpr int64_t kThumbnail = 96;  // pixels a side, at most

std::string figure(const WrongAnswer& wrong, const std::vector<std::string>& names) {
  std::string picture;
  if (!wrong.picture.pixels.empty()) {
    picture =
        "<img alt=\"\" src=\"" + png_uri(png_of(thumbnail(wrong.picture, kThumbnail))) + "\">";
  }
  return element(
      "figure", "",
      picture + element("figcaption", "",
                        element("b", "", escaped(class_name(names, wrong.predicted))) + " " +
                            share_text(wrong.probability_of_predicted) +
                            element("small", "",
                                    "is " + escaped(class_name(names, wrong.truth)) + " " +
                                        share_text(wrong.probability_of_truth)) +
                            element("small", "", "sample " + grouped_text(wrong.sample))));
}

}  // namespace

std::string errors_section(const Evaluation& evaluation, const std::vector<std::string>& names) {
  if (evaluation.worst.empty()) return "";
  std::string figures;
  for (const WrongAnswer& wrong : evaluation.worst) figures += figure(wrong, names) + "\n";
  return section("Worst errors",
                 paragraph("The wrong answers with the largest losses: what the net took a picture "
                           "for, what it is, and the probability that the net gave to each.") +
                     element("div", "class=\"gallery\"", figures));
}

}  // namespace fovea::detail
