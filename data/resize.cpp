// SPDX-License-Identifier: Apache-2.0
#include "centre.h"
#include "resample.h"

#include <fovea/core/error.h>
#include <fovea/data/resize.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace fovea {

namespace {

constexpr int64_t round_up(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

void check(const Image& image, ImageSize size) {
  if (image.height >= 1 && image.width >= 1 && size.height >= 1 && size.width >= 1) return;
  throw ArgumentError("resize: a picture of " + ImageSize{image.height, image.width}.to_string() +
                      " pixels to " + size.to_string() + "; each side must be at least 1");
}

}  // namespace

// The floating-point steps are Pillow's, in its order.
void Resizer::Taps::make(int64_t new_in, int64_t new_out, int64_t new_begin, int64_t new_count) {
  if (in == new_in && out == new_out && begin == new_begin && count == new_count) return;
  in = new_in;
  out = new_out;
  begin = new_begin;
  count = new_count;
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const double filter_scale = std::max(scale, 1.0);
  const double support = filter_scale, inverse = 1.0 / filter_scale;
  const auto range = [&](int64_t i) {
    const double center = (static_cast<double>(begin + i) + 0.5) * scale;
    const auto low = std::max(static_cast<int64_t>(center - support + 0.5), int64_t{0});
    const auto high = std::min(static_cast<int64_t>(center + support + 0.5), in);
    struct Range {
      double center;
      int64_t low, count;
    };
    return Range{center, low, high - low};
  };
  most = 0;
  first.resize(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; i++) {
    const auto r = range(i);
    first[static_cast<size_t>(i)] = static_cast<int32_t>(r.low);
    most = std::max(most, r.count);
  }
  const int64_t stride = round_up(most, detail::kTapGroup);
  weights.assign(static_cast<size_t>(count * stride), 0);
  exact.resize(static_cast<size_t>(most));
  for (int64_t i = 0; i < count; i++) {
    const auto r = range(i);
    double sum = 0;
    for (int64_t k = 0; k < r.count; k++) {
      const double distance = std::abs((static_cast<double>(k + r.low) - r.center + 0.5) * inverse);
      exact[static_cast<size_t>(k)] = distance < 1.0 ? 1.0 - distance : 0.0;
      sum += exact[static_cast<size_t>(k)];
    }
    for (int64_t k = 0; k < r.count; k++) {
      const double weight = sum != 0 ? exact[static_cast<size_t>(k)] / sum : 0;
      weights[static_cast<size_t>(i * stride + k)] =
          static_cast<int32_t>(0.5 + weight * (1 << detail::kWeightBits));
    }
  }
}

void Resizer::run(const Image& from, const Box& box, ImageSize size, const Box& window, Image& to) {
  const int64_t c = from.channels, width = window.size.width, height = window.size.height;
  columns_.make(box.size.width, size.width, window.corner.left, width);
  rows_.make(box.size.height, size.height, window.corner.top, height);
  to.resize(height, width, c);

  // What the second pass reads: at first the picture itself.
  int64_t row_bytes = from.width * c;
  const uint8_t* rows = from.pixels.data() + box.corner.top * row_bytes + box.corner.left * c;
  const int64_t rows_stride = round_up(rows_.most, detail::kTapGroup);
  int64_t first_row = 0;
  if (columns_.identity()) {
    rows += columns_.begin * c;
  } else {
    first_row = rows_.first.front();
    const int64_t last_row = std::min(rows_.first.back() + rows_.most, box.size.height);
    const int64_t middle_bytes = width * c + detail::kRowSlack;
    middle_.resize(static_cast<size_t>((last_row - first_row) * middle_bytes));
    detail::resample_rows({.from = rows + first_row * row_bytes,
                           .end = from.pixels.data() + from.pixels.size(),
                           .from_row_bytes = row_bytes,
                           .to = middle_.data(),
                           .to_row_bytes = middle_bytes,
                           .rows = last_row - first_row,
                           .channels = c,
                           .outputs = width,
                           .groups = round_up(columns_.most, detail::kTapGroup) / detail::kTapGroup,
                           .first = columns_.first.data(),
                           .weights = columns_.weights.data()});
    rows = middle_.data();
    row_bytes = middle_bytes;
  }
  for (int64_t y = 0; y < height; y++) {
    uint8_t* out = to.pixels.data() + y * width * c;
    const int64_t first = rows_.first[static_cast<size_t>(y)];
    const uint8_t* in = rows + (first - first_row) * row_bytes;
    if (rows_.identity()) {
      std::memcpy(out, in, static_cast<size_t>(width * c));
      continue;
    }
    const int64_t taps = std::min(rows_.most, box.size.height - first);
    detail::resample_column(in, row_bytes, rows_.weights.data() + y * rows_stride, taps, width * c,
                            out);
  }
}

void Resizer::resize_box(const Image& from, const Box& box, ImageSize size, Image& to) {
  check(from, size);
  run(from, box, size, {{}, size}, to);
}

void Resizer::resize(const Image& from, ImageSize size, Image& to) {
  resize_box(from, {{}, {from.height, from.width}}, size, to);
}

void Resizer::resize_and_crop(const Image& from, int64_t size, Image& to) {
  check(from, {size, size});
  const int64_t shorter = std::min(from.height, from.width);
  const ImageSize whole = {size * from.height / shorter, size * from.width / shorter};
  const Corner corner = {detail::before_centre(whole.height - size),
                         detail::before_centre(whole.width - size)};
  run(from, {{}, {from.height, from.width}}, whole, {corner, {size, size}}, to);
}

Image resize_bilinear(const Image& image, int64_t height, int64_t width) {
  Image result;
  Resizer().resize(image, {height, width}, result);
  return result;
}

Image resize_and_crop(const Image& image, int64_t size) {
  Image result;
  Resizer().resize_and_crop(image, size, result);
  return result;
}

}  // namespace fovea
