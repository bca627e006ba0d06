// SPDX-License-Identifier: Apache-2.0
// What augmentation did to one picture, as far as normalisation has to know it.
#pragma once

#include <fovea/core/export.h>

#include <array>
#include <cstdint>

namespace FOVEA_API fovea {

// The first row and column of a crop in its picture; negative ones lie outside.
struct Corner {
  int64_t top = 0, left = 0;

  friend bool operator==(const Corner&, const Corner&) = default;
};

struct PictureView {
  // Pixel (y, x) was pixel (top + y, left + x) of the picture that augmentation began with; when it
  // has been mirrored, (top + y, left - x).
  int64_t top = 0, left = 0;
  bool mirrored = false;
  // What pixels are to become (docs/numerics.md): `light` is added to the channels, on the scale
  // 0..255; deviations from the mean are divided by `divide`.
  std::array<float, 3> light = {};
  float divide = 1;

  void crop(Corner corner) {
    top += corner.top;
    left += mirrored ? -corner.left : corner.left;
  }
  void mirror(int64_t width) {
    left += mirrored ? 1 - width : width - 1;
    mirrored = !mirrored;
  }
  bool is_lit() const { return light != std::array<float, 3>{} || divide != 1; }

  friend bool operator==(const PictureView&, const PictureView&) = default;
};

}  // namespace fovea
