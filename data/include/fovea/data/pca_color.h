// SPDX-License-Identifier: Apache-2.0
// Random lighting along the principal components of a data set's colours.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/picture_statistics.h>
#include <fovea/data/sample_key.h>

#include <array>
#include <cstdint>
#include <optional>

namespace FOVEA_API fovea {

// AlexNet's: to every pixel of a picture is added [p1 p2 p3] [a1 l1, a2 l2, a3 l3]^T, where p are
// the eigenvectors, l the eigenvalues, and a normal with a standard deviation, drawn once for each
// use of the picture.
struct PcaColor {
  float std_dev = 0.1f;
  // l is the eigenvalue of pixels on the scale 0..1, or its square root; the sum is brought to
  // 0..255.
  bool root = false;
  float divide = 1;         // what deviations from the mean are divided by while lighting is on
  int64_t until_epoch = 0;  // so many epochs have it; 0: all
  std::optional<ColorPca> pca = {};  // of the data set's statistics; not in configs

  static Fields<PcaColor> fields();
  bool is_on(const SampleKey& key) const {
    return until_epoch == 0 || int64_t{key.epoch} < until_epoch;
  }
  // What is added to r, g and b, on the scale 0..255. REQUIRES: pca.
  std::array<float, 3> light(const SampleKey& key) const;
};

}  // namespace fovea
