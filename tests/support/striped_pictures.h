// SPDX-License-Identifier: Apache-2.0
// Pictures that a small net learns in a few steps: noise, and a bright line whose place tells the
// class.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace fovea::test {

inline const char* const kStripedModel = R"({"input": [1, 8, 8], "layers": [
    {"type": "conv2d", "out_channels": 6, "kernel_size": 3}, {"type": "relu"}, {"type": "flatten"},
    {"type": "dropout", "p": 0.1}, {"type": "linear", "out_features": 4}]})";

struct StripedPictures {
  static constexpr int kSide = 8, kPixels = kSide * kSide, kClasses = 4;

  std::vector<uint8_t> pixels;
  std::vector<int32_t> labels;

  StripedPictures(int count, unsigned seed) : pixels(static_cast<size_t>(count) * kPixels) {
    std::minstd_rand random(seed);
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(random() % 100);
    for (int i = 0; i < count; i++) {
      const auto label = static_cast<int32_t>(random() % kClasses);
      const auto line = pixels.begin() + i * kPixels + 2 * label * kSide;
      std::fill(line, line + kSide, uint8_t{230});
      labels.push_back(label);
    }
  }
};

}  // namespace fovea::test
