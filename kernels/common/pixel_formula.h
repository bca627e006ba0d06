// SPDX-License-Identifier: Apache-2.0
// From pixel to number, for processors and GPUs (docs/numerics.md, Normalisation).
#pragma once

#include <fovea/core/host_device.h>

#include <bit>
#include <cstdint>

namespace fovea {

// The words of one picture's view.
struct PixelView {
  const int32_t* words;

  FOVEA_HOST_DEVICE int top() const { return words[0]; }
  FOVEA_HOST_DEVICE int left() const { return words[1]; }
  FOVEA_HOST_DEVICE bool mirrored() const { return words[2] != 0; }
  FOVEA_HOST_DEVICE float light(int channel) const {
    return channel < 3 ? std::bit_cast<float>(words[3 + channel]) : 0.0f;
  }
  FOVEA_HOST_DEVICE float divide() const { return std::bit_cast<float>(words[6]); }

  // Of the mean, which has `extent` rows or columns.
  FOVEA_HOST_DEVICE static int held(int place, int extent) {
    return place < 0 ? 0 : place < extent ? place : extent - 1;
  }
  FOVEA_HOST_DEVICE int row(int y, int rows) const { return held(top() + y, rows); }
  FOVEA_HOST_DEVICE int column(int x, int columns) const {
    return held(mirrored() ? left() - x : left() + x, columns);
  }
};

FOVEA_HOST_DEVICE inline float normalized_pixel(uint8_t pixel, float light, float scale, float mean,
                                                float divide, float deviation) {
  return (((static_cast<float>(pixel) + light) / scale - mean) / divide) / deviation;
}

}  // namespace fovea
