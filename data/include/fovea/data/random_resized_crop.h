// SPDX-License-Identifier: Apache-2.0
// A piece of random size, place and shape, brought to one size.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/resize.h>
#include <fovea/data/sample_key.h>

#include <vector>

namespace FOVEA_API fovea {

// As torchvision's RandomResizedCrop, with Pillow's bilinear resize: up to ten pieces are drawn
// until one fits into the picture; then the largest in the middle that keeps to `ratio`. It takes
// pictures of any size, as they are stored.
struct RandomResizedCrop {
  ImageSize size;
  std::vector<float> scale{0.08f, 1};            // share of the picture's area: lowest, highest
  std::vector<float> ratio{0.75f, 4.0f / 3.0f};  // width over height: lowest, highest

  static Fields<RandomResizedCrop> fields();
  // The piece that is cut out.
  Box box(const SampleKey& key, ImageSize image) const;
  // `spare` and `resizer` lend their memory.
  void apply(const SampleKey& key, Image& image, Image& spare, Resizer& resizer) const;
};

}  // namespace fovea
