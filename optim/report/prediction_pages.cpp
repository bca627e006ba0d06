// SPDX-License-Identifier: Apache-2.0
#include "report/markup.h"
#include "report/page.h"
#include "report/thumbnail.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/number_text.h>
#include <fovea/data/class_names.h>
#include <fovea/optim/picture_pages.h>

#include <filesystem>
#include <system_error>

namespace fovea {

namespace {

using detail::element;
using detail::escaped;

constexpr int64_t kPerPage = 100;
constexpr int64_t kThumbnail = 208;  // pixels a side, at most
constexpr int kBarWidth = 208, kBarHeight = 20;
constexpr const char* kWide =
    "class=\"gallery\" style=\"grid-template-columns:repeat(auto-fill,minmax(232px,1fr))\"";

std::string image_of(const Image& picture) {
  if (picture.channels != 1 && picture.channels != 3) return "";
  return "<img alt=\"\" style=\"width:208px;height:208px\" src=\"" +
         detail::png_uri(detail::png_of(detail::thumbnail(picture, kThumbnail))) + "\">";
}

std::string bar(const Prediction& prediction, const std::string& name, bool right, int64_t row) {
  const std::string y = std::to_string(row * kBarHeight);
  const std::string width = fixed_text(double{prediction.probability} * kBarWidth, 1);
  const std::string text_y = std::to_string(row * kBarHeight + 14);
  const char* color = right ? "#2da44e" : "#54aeff";
  return "<rect x=\"0\" y=\"" + y + "\" height=\"" + std::to_string(kBarHeight - 3) +
         "\" width=\"" + width + "\" fill=\"" + color + "\" fill-opacity=\"0.55\"/>" +
         element("text", "x=\"4\" y=\"" + text_y + "\" font-size=\"12\" fill=\"currentColor\"",
                 escaped(name)) +
         element("text",
                 "x=\"" + std::to_string(kBarWidth - 2) + "\" y=\"" + text_y +
                     "\" font-size=\"12\" text-anchor=\"end\" fill=\"currentColor\"",
                 percent_text(double{prediction.probability}, 1));
}

}  // namespace

PredictionPages::PredictionPages(std::string folder, std::vector<std::string> classes)
    : folder_(std::move(folder)), classes_(std::move(classes)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw SystemError(folder_ + ": cannot make the folder: " + error.message());
}

void PredictionPages::add(const std::string& name, const Image& picture,
                          std::span<const Prediction> predictions, std::optional<int32_t> truth) {
  std::string bars;
  int64_t row = 0;
  for (const Prediction& p : predictions)
    bars += bar(p, class_name(classes_, p.label), truth && *truth == p.label, row++);
  const std::string size =
      std::to_string(kBarWidth) + " " + std::to_string(kBarHeight * std::max<int64_t>(1, row));
  std::string caption = element("small", "", escaped(name));
  if (truth) caption += element("small", "", "is " + escaped(class_name(classes_, *truth)));
  figures_ += element("figure", "",
                      image_of(picture) + element("figcaption", "", caption) +
                          element("svg", "viewBox=\"0 0 " + size + "\" width=\"208\"", bars)) +
              "\n";
  if (++count_ == kPerPage) write_page();
}

void PredictionPages::write_page() {
  const size_t number = files_.size() + 1;
  const std::string suffix = number == 1 ? "" : "-" + std::to_string(number);
  const std::string path = folder_ + "/predictions" + suffix + ".html";
  write_file_atomically(path,
                        detail::html_page("Predictions", element("h1", "", "Predictions") + "\n" +
                                                             element("div", kWide, figures_)),
                        Sync::none);
  files_.push_back(path);
  figures_.clear();
  count_ = 0;
}

std::vector<std::string> PredictionPages::finish() {
  if (count_ > 0 || files_.empty()) write_page();
  return files_;
}

std::string neighbours_html(const std::string& title, std::span<const SimilarPictures> rows) {
  std::string content = element("h1", "", escaped(title)) + "\n" +
                        detail::paragraph(
                            "The first picture of each row, and those whose "
                            "activations are nearest to its own (Euclidean "
                            "distance).");
  for (const SimilarPictures& row : rows) {
    std::string figures;
    for (const auto& member : row.members) {
      const bool first = &member == &row.members.front();
      const std::string image =
          member.picture.channels == 1 || member.picture.channels == 3
              ? "<img alt=\"\" src=\"" +
                    detail::png_uri(detail::png_of(detail::thumbnail(member.picture, 96))) + "\">"
              : "";
      figures +=
          element("figure", "",
                  image + element("small", "", escaped(member.name)) +
                      (first ? "" : element("small", "", fixed_text(double{member.distance}, 3))));
    }
    content += element("div", "class=\"gallery\" style=\"margin-bottom:24px\"", figures) + "\n";
  }
  return detail::html_page(title, content);
}

}  // namespace fovea
