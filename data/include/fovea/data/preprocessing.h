// SPDX-License-Identifier: Apache-2.0
// From 8-bit pixels to the numbers a net sees. Saved with the model: evaluation and serving repeat
// what training did.
#pragma once

#include <fovea/data/image.h>

#include <cstdint>
#include <vector>

namespace fovea {

enum class PixelScale : uint8_t {
  unit,  // 0..1: pixel / 255, as torchvision's to_tensor
  raw    // 0..255: the pixel itself, as the paper
};

// x = (v - mean) / std with v = pixel / 255 (unit) or pixel (raw): single precision, each operation
// rounded to nearest, as torchvision's normalize. `mean` and `std_dev` are on the scale of v and
// hold one number, or one per channel.
struct Preprocessing {
  PixelScale scale = PixelScale::unit;
  std::vector<float> mean = {0};
  std::vector<float> std_dev = {1};

  friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

// Applies a Preprocessing to images of a number of channels. A pixel has 256 values, so the formula
// is evaluated once for each and then looked up.
class Normalizer {
 public:
  // Throws ConfigError when mean or std_dev has another length than 1 or `channels`, a number that
  // is not finite, or a standard deviation that is not positive.
  Normalizer(const Preprocessing& preprocessing, int64_t channels);

  // Writes image.pixels.size() numbers. REQUIRES: image.channels is that of the constructor.
  void apply(const Image& image, float* x) const;

 private:
  int64_t channels_;
  std::vector<float> table_;  // [channel][pixel value]
};

}  // namespace fovea
