// SPDX-License-Identifier: Apache-2.0
#include "report/thumbnail.h"

#include <algorithm>

namespace fovea::detail {

namespace {

// The mean of a square that begins at (y, x) and may hang over the picture's edge.
uint8_t mean_of(const Image& image, int64_t y, int64_t x, int64_t channel, int64_t side) {
  const int64_t bottom = std::min(y + side, image.height), right = std::min(x + side, image.width);
  int64_t sum = 0;
  for (int64_t i = y; i < bottom; i++) {
    for (int64_t j = x; j < right; j++) {
      sum += image.pixels[static_cast<size_t>((i * image.width + j) * image.channels + channel)];
    }
  }
  const int64_t count = (bottom - y) * (right - x);
  return static_cast<uint8_t>((sum + count / 2) / count);
}

}  // namespace

Image thumbnail(const Image& image, int64_t side) {
  const int64_t longest = std::max(image.height, image.width);
  const int64_t factor = (longest + side - 1) / side;
  if (factor <= 1) return image;
  Image small;
  small.resize((image.height + factor - 1) / factor, (image.width + factor - 1) / factor,
               image.channels);
  uint8_t* out = small.pixels.data();
  for (int64_t y = 0; y < small.height; y++) {
    for (int64_t x = 0; x < small.width; x++) {
      for (int64_t c = 0; c < image.channels; c++)
        *out++ = mean_of(image, y * factor, x * factor, c, factor);
    }
  }
  return small;
}

}  // namespace fovea::detail
