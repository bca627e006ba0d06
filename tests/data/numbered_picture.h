// SPDX-License-Identifier: Apache-2.0
// A picture whose values tell neighbours apart.
#pragma once

#include <fovea/data/image.h>

namespace fovea::test {

inline Image numbered_picture(int64_t height, int64_t width, int64_t channels) {
  Image image;
  image.resize(height, width, channels);
  for (size_t i = 0; i < image.pixels.size(); i++) image.pixels[i] = static_cast<uint8_t>(i * 37);
  return image;
}

}  // namespace fovea::test
