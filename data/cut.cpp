// SPDX-License-Identifier: Apache-2.0
#include "cut.h"

#include <algorithm>

namespace fovea::detail {

void cut(Corner corner, ImageSize size, int fill, const Image& picture, Image& piece) {
  const auto value = static_cast<uint8_t>(fill);
  piece.resize(size.height, size.width, picture.channels);
  // The window's columns that lie in the picture.
  const int64_t first = std::clamp<int64_t>(-corner.left, 0, size.width);
  const int64_t last = std::clamp(picture.width - corner.left, first, size.width);
  const int64_t c = picture.channels;
  for (int64_t y = 0; y < size.height; y++) {
    uint8_t* row = piece.pixels.data() + y * size.width * c;
    const int64_t from = corner.top + y;
    if (from < 0 || from >= picture.height || first == last) {
      std::fill_n(row, size.width * c, value);
      continue;
    }
    std::fill_n(row, first * c, value);
    std::copy_n(picture.pixels.data() + (from * picture.width + corner.left + first) * c,
                (last - first) * c, row + first * c);
    std::fill_n(row + last * c, (size.width - last) * c, value);
  }
}

}  // namespace fovea::detail
