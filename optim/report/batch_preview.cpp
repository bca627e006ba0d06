// SPDX-License-Identifier: Apache-2.0
#include "report/markup.h"
#include "report/page.h"

#include <fovea/core/error.h>
#include <fovea/kernels/pixels.h>
#include <fovea/optim/picture_pages.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace fovea {

namespace {

using detail::element;
using detail::escaped;

constexpr int64_t kMost = 64;       // pictures
constexpr int64_t kSmallSide = 96;  // smaller pictures are magnified
constexpr int64_t kPictureGap = 2;  // pixels between two
constexpr uint8_t kBackground = 32;

// As the net sees it, but for normalisation.
Image lit_picture(const Batch& batch, int64_t row) {
  const Shape& shape = batch.images.shape();
  Image image;
  image.resize(shape[1], shape[2], shape[3]);
  const uint8_t* pixels = batch.images.rows(row, row + 1).data<uint8_t>();
  const int32_t* view = batch.views.data<int32_t>() + row * kViewWords;
  for (int64_t i = 0; i < std::ssize(image.pixels); i++) {
    const int64_t c = i % shape[3];
    const float light = c < 3 ? std::bit_cast<float>(view[3 + c]) : 0;
    const float value = std::round(static_cast<float>(pixels[i]) + light);
    image.pixels[static_cast<size_t>(i)] = static_cast<uint8_t>(std::clamp(value, 0.0f, 255.0f));
  }
  return image;
}

// All in rows, each pixel `factor` times as large.
Image sheet_of(const std::vector<Image>& pictures) {
  const Image& first = pictures[0];
  const int64_t factor = std::max<int64_t>(1, kSmallSide / std::max(first.height, first.width));
  const auto count = static_cast<double>(pictures.size());
  const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(count)));
  const int64_t rows = (std::ssize(pictures) + columns - 1) / columns;
  const int64_t height = first.height * factor + kPictureGap,
                width = first.width * factor + kPictureGap;
  const int64_t c = first.channels;
  Image sheet;
  sheet.resize(rows * height + kPictureGap, columns * width + kPictureGap, c);
  std::ranges::fill(sheet.pixels, kBackground);
  for (int64_t i = 0; i < std::ssize(pictures); i++) {
    const int64_t top = i / columns * height + kPictureGap,
                  left = i % columns * width + kPictureGap;
    for (int64_t y = 0; y < height - kPictureGap; y++) {
      for (int64_t x = 0; x < width - kPictureGap; x++) {
        const int64_t from = (y / factor * first.width + x / factor) * c;
        const uint8_t* pixel = pictures[static_cast<size_t>(i)].pixels.data() + from;
        std::copy_n(pixel, c, sheet.pixels.data() + ((top + y) * sheet.width + left + x) * c);
      }
    }
  }
  return sheet;
}

std::string page_of(const std::vector<Image>& pictures, const Batch& batch,
                    const BatchSource& source) {
  std::string figures;
  for (int64_t i = 0; i < std::ssize(pictures); i++) {
    const auto label = static_cast<size_t>(batch.labels.data<int32_t>()[i]);
    figures += element(
        "figure", "",
        "<img alt=\"\" src=\"" + detail::png_uri(detail::png_of(pictures[static_cast<size_t>(i)])) +
            "\">" +
            element("figcaption", "",
                    escaped(source.classes()[label]) +
                        element("small", "",
                                escaped("sample " +
                                        std::to_string(batch.samples[static_cast<size_t>(i)])))));
  }
  return detail::html_page(
      "A training batch",
      element("h1", "", "A training batch") + "\n" +
          detail::paragraph("The first pictures of the first epoch as augmentation leaves them, "
                            "before normalisation, each with its class.") +
          element("div", "class=\"gallery\"", figures) + "\n");
}

// Mean and standard deviation of each channel of what the net sees.
void measure(const Batch& batch, BatchPreview& preview) {
  Context ctx({.threads = 1});
  const PixelFormula& formula = *batch.formula;
  const Shape& shape = batch.images.shape();
  Tensor x(shape);
  pixels_to_floats(ctx, {formula.scale, formula.mean, formula.deviation}, batch.images, batch.views,
                   x);
  const int64_t c = shape[3];
  for (int64_t channel = 0; channel < c; channel++) {
    double sum = 0, squares = 0;
    const double count = static_cast<double>(x.elements() / c);
    for (int64_t i = channel; i < x.elements(); i += c) {
      const double v = double{x.data<float>()[i]};
      sum += v;
      squares += v * v;
    }
    const double mean = sum / count;
    preview.mean.push_back(static_cast<float>(mean));
    preview.std_dev.push_back(
        static_cast<float>(std::sqrt(std::max(0.0, squares / count - mean * mean))));
  }
}

}  // namespace

BatchPreview preview_batch(const DataOptions& given, int64_t batch_size, uint64_t seed) {
  DataOptions data = given;
  data.workers = 0;
  const auto source = make_train_source(data, std::min(batch_size, kMost), seed, true);
  const int64_t channels = source->image()[2];
  if (channels != 1 && channels != 3) {
    throw ConfigError("pictures with " + std::to_string(channels) +
                      " channels cannot be shown; those with 1 or 3 can");
  }
  Batch batch;
  source->next(batch);
  std::vector<Image> pictures;
  for (int64_t row = 0; row < batch.size(); row++) pictures.push_back(lit_picture(batch, row));
  BatchPreview preview;
  preview.png = detail::png_of(sheet_of(pictures));
  preview.html = page_of(pictures, batch, *source);
  measure(batch, preview);
  return preview;
}

}  // namespace fovea
