// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/random.h>
#include <fovea/data/pca_color.h>

#include <cmath>

namespace fovea {

Fields<PcaColor> PcaColor::fields() {
  using P = PcaColor;
  return Fields<P>("pca_color",
                   "adds light along the principal components of the data set's colours, the same "
                   "to all pixels of a picture; comes after what changes pixels")
      .field("std", &P::std_dev, "standard deviation of the three random factors", at_least(0))
      .field("root", &P::root,
             "times the square roots of the eigenvalues (as the authors' program) in place of the "
             "eigenvalues of pixels from 0 to 1 (as the paper is read)")
      .field("divide", &P::divide,
             "lit pictures' deviations from the mean are divided by this; 1.1 in the authors' "
             "program",
             above(0))
      .field("until_epoch", &P::until_epoch, "only in so many first epochs; 0: in all",
             at_least(0));
}

std::array<float, 3> PcaColor::light(const SampleKey& key) const {
  const auto normals = normal_block(key.stream(Purpose::lighting), 0);
  std::array<float, 3> light = {};
  for (size_t i = 0; i < 3; i++) {
    const float value = pca->values[i];
    const float scale = root ? std::sqrt(value) : value / 255.0f;
    const float factor = (std_dev * normals[i]) * scale;
    for (size_t c = 0; c < 3; c++) light[c] = std::fma(pca->vectors[i][c], factor, light[c]);
  }
  return light;
}

}  // namespace fovea
