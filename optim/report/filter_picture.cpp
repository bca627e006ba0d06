// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/filter_picture.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace fovea {

namespace {

constexpr int64_t kCell = 44;  // pixels that a filter is magnified to, about
constexpr int64_t kMaxPixels = 4'000'000;
constexpr int64_t kGap = 3;      // transparent
constexpr double kAspect = 2.5;  // columns to rows, about
constexpr uint8_t kGray = 128;

struct Range {
  float low = std::numeric_limits<float>::max(), high = std::numeric_limits<float>::lowest();
};

Range range_of(std::span<const float> filter) {
  Range range;
  for (const float w : filter) {
    if (!std::isfinite(w)) continue;
    range.low = std::min(range.low, w);
    range.high = std::max(range.high, w);
  }
  return range;
}

uint8_t brightness(float w, const Range& range) {
  if (!std::isfinite(w) || !(range.high > range.low)) return kGray;
  const double share = (double{w} - range.low) / (double{range.high} - range.low);
  return static_cast<uint8_t>(std::lround(255 * share));
}

// About as many columns as look good; of those that leave no gap in the last row, if there are any.
int64_t columns_for(int64_t filters) {
  const double wanted = std::sqrt(kAspect * static_cast<double>(filters));
  int64_t best = std::max<int64_t>(1, std::llround(wanted));
  double nearest = 0.3 * wanted;
  for (int64_t c = 1; c <= filters; c++) {
    const double distance = std::abs(static_cast<double>(c) - wanted);
    if (filters % c != 0 || distance >= nearest) continue;
    nearest = distance;
    best = c;
  }
  return std::min(best, filters);
}

// Copies a filter (h, w, c) to row `top`, column `left` of the picture, magnified.
void paint(std::span<const float> filter, const Shape& shape, int64_t scale, int64_t top,
           int64_t left, Image& image) {
  const int64_t h = shape[1], w = shape[2], c = shape[3];
  const Range range = range_of(filter);
  for (int64_t y = 0; y < h * scale; y++) {
    const float* row = filter.data() + (y / scale) * w * c;
    uint8_t* out = image.pixels.data() + ((top + y) * image.width + left) * 4;
    for (int64_t x = 0; x < w * scale; x++) {
      const float* pixel = row + (x / scale) * c;
      for (int64_t k = 0; k < 3; k++) *out++ = brightness(pixel[c == 3 ? k : 0], range);
      *out++ = 255;
    }
  }
}

Image draw(const Tensor& weight) {
  const Shape& shape = weight.shape();
  const int64_t side = std::max(shape[1], shape[2]);
  const int64_t scale =
      std::max<int64_t>(1, std::lround(double{kCell} / static_cast<double>(side)));
  const int64_t cell_h = shape[1] * scale + kGap, cell_w = shape[2] * scale + kGap;
  const int64_t filters = std::clamp<int64_t>(kMaxPixels / (cell_h * cell_w), 1, shape[0]);
  const int64_t columns = columns_for(filters), rows = (filters + columns - 1) / columns;
  Image image;
  image.resize(rows * cell_h - kGap, columns * cell_w - kGap, 4);
  std::fill(image.pixels.begin(), image.pixels.end(), uint8_t{0});
  const auto size = static_cast<size_t>(shape[1] * shape[2] * shape[3]);
  for (int64_t i = 0; i < filters; i++) {
    const auto filter = std::span(weight.data<float>() + static_cast<size_t>(i) * size, size);
    paint(filter, shape, scale, i / columns * cell_h, i % columns * cell_w, image);
  }
  return image;
}

}  // namespace

std::optional<FilterPicture> draw_filters(const Net& net) {
  for (const Node& node : net.nodes()) {
    if (node.parameters.empty()) continue;
    const Parameter& weight = net.parameters()[static_cast<size_t>(node.parameters[0])];
    const Shape& shape = weight.spec.shape;
    const bool pictures = node.type == "conv2d" && (shape[3] == 1 || shape[3] == 3);
    if (!pictures) return std::nullopt;
    return FilterPicture{node.name, draw(net.value(weight).to(Device::cpu()))};
  }
  return std::nullopt;
}

}  // namespace fovea
