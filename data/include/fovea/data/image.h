// SPDX-License-Identifier: Apache-2.0
// A picture as it is decoded: 8 bits per channel, before normalisation.
#pragma once

#include <fovea/core/export.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace FOVEA_API fovea {

// Rows from the top, pixels from the left, channels innermost. An Image that is filled again keeps
// its memory.
struct Image {
  int64_t height = 0, width = 0, channels = 0;
  std::vector<uint8_t> pixels;

  void resize(int64_t new_height, int64_t new_width, int64_t new_channels) {
    height = new_height;
    width = new_width;
    channels = new_channels;
    pixels.resize(static_cast<size_t>(height * width * channels));
  }
};

}  // namespace fovea
