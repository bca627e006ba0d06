// SPDX-License-Identifier: Apache-2.0
// Random brightness, contrast, saturation and hue.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/image.h>
#include <fovea/data/sample_key.h>

#include <array>
#include <cstdint>

namespace FOVEA_API fovea {

// As torchvision's ColorJitter does it to a picture of Pillow: bit for bit, for given factors. The
// four follow each other in a random order. Gray pictures have only brightness and contrast.
struct ColorJitter {
  // Factors are drawn from max(0, 1 - b) to 1 + b, turns of the hue from -h to h; 0 leaves it out.
  float brightness = 0, contrast = 0, saturation = 0, hue = 0;

  enum class Kind : uint8_t { brightness, contrast, saturation, hue };
  struct Draw {
    std::array<Kind, 4> order = {Kind::brightness, Kind::contrast, Kind::saturation, Kind::hue};
    float brightness = 1, contrast = 1, saturation = 1, hue = 0;
  };

  static Fields<ColorJitter> fields();
  Draw draw(const SampleKey& key) const;
  void apply(const SampleKey& key, Image& image) const;
};

// The picture with its colours changed. Factors: 0 is black, gray, and without colour; 1 changes
// nothing; more than 1 exaggerates. REQUIRES: image.channels is 3, or 1 for the first two.
void adjust_brightness(Image& image, float factor);
void adjust_contrast(Image& image, float factor);
void adjust_saturation(Image& image, float factor);
// Turns the hue by so much of the circle, from -0.5 to 0.5. REQUIRES: image.channels is 3.
void adjust_hue(Image& image, float turn);

}  // namespace fovea
