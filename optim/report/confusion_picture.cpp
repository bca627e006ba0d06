// SPDX-License-Identifier: Apache-2.0
#include "report/line_chart.h"
#include "report/markup.h"

#include <fovea/core/io/png.h>
#include <fovea/core/number_text.h>
#include <fovea/core/utf8.h>
#include <fovea/optim/confusion.h>

#include <algorithm>
#include <cmath>

namespace fovea {

namespace {

using detail::element, detail::escaped, detail::svg_picture;

constexpr int64_t kMostNames = 100;                    // above: a heat map without names
constexpr int64_t kMostCounts = 25;                    // above: cells without numbers
constexpr size_t kLongestName = 16, kUprightName = 3;  // characters
constexpr int kHeatMap = 640, kMargin = 28;

struct Layout {
  int cell, left, top, size;  // pixels; size of the whole matrix

  std::string rect(int64_t truth, int64_t predicted) const {
    return "x=\"" + std::to_string(x(predicted)) + "\" y=\"" + std::to_string(y(truth)) +
           "\" width=\"" + std::to_string(cell - 1) + "\" height=\"" + std::to_string(cell - 1) +
           "\"";
  }
  int x(int64_t predicted) const { return left + static_cast<int>(predicted) * cell; }
  int y(int64_t truth) const { return top + static_cast<int>(truth) * cell; }
};

// The name, or its beginning.
std::string short_name(const std::vector<std::string>& names, int64_t c) {
  const auto i = static_cast<size_t>(c);
  if (i >= names.size()) return std::to_string(c);
  const std::string& name = names[i];
  size_t end = 0;
  for (size_t characters = 0; end < name.size(); characters++) {
    if (characters == kLongestName) return name.substr(0, end) + "…";
    end += std::max<size_t>(1, utf8_length(std::string_view(name).substr(end)));
  }
  return name;
}

// Bytes of the longest, a little more than its characters.
size_t longest_name(const std::vector<std::string>& names, int64_t n) {
  size_t longest = 1;
  for (int64_t c = 0; c < n; c++) longest = std::max(longest, short_name(names, c).size());
  return std::min(longest, kLongestName + 2);
}

std::string full_name(const std::vector<std::string>& names, int64_t c) {
  const auto i = static_cast<size_t>(c);
  return i < names.size() ? names[i] : std::to_string(c);
}

std::string text(int x, int y, const std::string& attributes, const std::string& words) {
  return element("text",
                 "x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" " + attributes,
                 escaped(words));
}

std::string axis_titles(const Layout& layout) {
  const int middle = layout.size / 2;
  const int y = layout.top + middle;
  return text(layout.left + middle, 16, "class=\"legend mid\"", "predicted") +
         text(14, y, "class=\"legend mid\" transform=\"rotate(-90 14 " + std::to_string(y) + ")\"",
              "true class");
}

std::string field(const Layout& layout) {
  const std::string size = std::to_string(layout.size - 1);
  return "<rect class=\"field\" x=\"" + std::to_string(layout.left) + "\" y=\"" +
         std::to_string(layout.top) + "\" width=\"" + size + "\" height=\"" + size + "\"/>";
}

std::string name_labels(const Layout& layout, const std::vector<std::string>& names, int64_t n) {
  const bool upright = longest_name(names, n) <= kUprightName;
  std::string svg;
  for (int64_t c = 0; c < n; c++) {
    const std::string name = short_name(names, c);
    const int middle = layout.cell / 2;
    svg += text(layout.left - 6, layout.y(c) + middle, "class=\"tick end\" dy=\".35em\"", name);
    const int x = layout.x(c) + middle, y = layout.top - 6;
    if (upright) {
      svg += text(x, y, "class=\"tick mid\"", name);
      continue;
    }
    svg += text(x, y,
                "class=\"tick\" transform=\"rotate(-45 " + std::to_string(x) + " " +
                    std::to_string(y) + ")\"",
                name);
  }
  return svg;
}

// Right answers in one colour, wrong ones in another; the fuller, the larger a share of the class.
std::string cells(const ConfusionMatrix& matrix, const std::vector<std::string>& names,
                  const Layout& layout) {
  const int64_t n = matrix.classes();
  std::string svg;
  for (int64_t truth = 0; truth < n; truth++) {
    const auto support = static_cast<double>(matrix.score(truth).support);
    for (int64_t predicted = 0; predicted < n; predicted++) {
      const int64_t count = matrix.count(truth, predicted);
      if (count == 0) continue;
      const double share = static_cast<double>(count) / support;
      const double opacity = 0.08 + 0.92 * std::sqrt(share);
      const std::string kind = truth == predicted ? "cell" : "wrong";
      const std::string tip = full_name(names, truth) + " taken for " +
                              full_name(names, predicted) + ": " + grouped_text(count) + " of " +
                              grouped_text(static_cast<int64_t>(support));
      svg += element("rect",
                     "class=\"" + kind + "\" fill-opacity=\"" + fixed_text(opacity, 2) + "\" " +
                         layout.rect(truth, predicted),
                     element("title", "", escaped(tip)));
      if (n > kMostCounts) continue;
      svg += text(layout.x(predicted) + layout.cell / 2, layout.y(truth) + layout.cell / 2,
                  std::string("class=\"mid") + (opacity > 0.6 ? " on" : "") +
                      "\" dy=\".35em\" font-size=\"10\" pointer-events=\"none\"",
                  std::to_string(count));
    }
  }
  return svg;
}

// A pixel for each pair of classes: white for none, dark for all of a class.
std::string heat_map(const ConfusionMatrix& matrix) {
  const int64_t n = matrix.classes();
  std::vector<uint8_t> pixels;
  for (int64_t truth = 0; truth < n; truth++) {
    const auto support = static_cast<double>(std::max<int64_t>(1, matrix.score(truth).support));
    for (int64_t predicted = 0; predicted < n; predicted++) {
      const double share = static_cast<double>(matrix.count(truth, predicted)) / support;
      pixels.push_back(static_cast<uint8_t>(std::lround(255 - 225 * std::sqrt(share))));
    }
  }
  return encode_png(pixels, n, n, 1);
}

std::string draw_heat_map(const ConfusionMatrix& matrix) {
  const Layout layout{1, kMargin, kMargin, kHeatMap};
  const std::string extent = std::to_string(kHeatMap), corner = std::to_string(kMargin);
  const char* rendering = 2 * matrix.classes() <= kHeatMap ? "pixelated" : "auto";
  return svg_picture(kHeatMap + kMargin + 8, kHeatMap + kMargin + 8, "Confusion matrix",
                     axis_titles(layout) + "<image x=\"" + corner + "\" y=\"" + corner +
                         "\" width=\"" + extent + "\" height=\"" + extent +
                         "\" style=\"image-rendering:" + rendering + "\" href=\"" +
                         detail::png_uri(heat_map(matrix)) + "\"/>");
}

}  // namespace

std::string draw_confusion(const ConfusionMatrix& matrix, const std::vector<std::string>& names) {
  const int64_t n = matrix.classes();
  if (n > kMostNames) return draw_heat_map(matrix);
  const int room = static_cast<int>(longest_name(names, n)) * 7;
  Layout layout{};
  layout.cell = n <= 12 ? 40 : n <= kMostCounts ? 30 : 14;
  layout.left = kMargin + room;
  layout.top = kMargin + std::max(12, room * 3 / 4);
  layout.size = static_cast<int>(n) * layout.cell;
  const int right = std::max(8, room * 3 / 4 - layout.cell / 2);
  return svg_picture(layout.left + layout.size + right, layout.top + layout.size + 8,
                     "Confusion matrix",
                     axis_titles(layout) + field(layout) + name_labels(layout, names, n) +
                         cells(matrix, names, layout));
}

}  // namespace fovea
