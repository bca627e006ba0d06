// SPDX-License-Identifier: Apache-2.0
// What is known of the pictures of a data set as a whole: what normalisation and lighting take from
// it.
#pragma once

#include <fovea/data/image_size.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Principal components of the colours (r, g, b) of all pixels: the eigenvalues of their covariance,
// the largest first, and the unit eigenvectors, vectors[i] being that of values[i].
struct ColorPca {
  std::array<float, 3> values = {};
  std::array<std::array<float, 3>, 3> vectors = {};

  friend bool operator==(const ColorPca&, const ColorPca&) = default;
};

// All on the scale 0..255, of pictures that have been brought to one size.
struct PictureStatistics {
  int64_t count = 0;  // of pictures
  ImageSize size;
  int64_t channels = 3;
  std::vector<float> mean_image;     // (height, width, channels)
  std::vector<float> mean, std_dev;  // of each channel
  ColorPca pca;                      // of pictures with three channels
};

// From the dataset.json that `fovea prepare` writes, or the folder that holds it. Throws DataError,
// naming the file and the key.
PictureStatistics load_statistics(const std::string& path);

}  // namespace fovea
