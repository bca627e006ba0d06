// SPDX-License-Identifier: Apache-2.0
// Cuts pictures to a size: at a random place while training, around the centre else.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/image.h>
#include <fovea/data/image_size.h>
#include <fovea/data/picture_view.h>
#include <fovea/data/sample_key.h>

#include <cstdint>

namespace FOVEA_API fovea {

// A crop of `size` at a random place of the picture with `padding` pixels around it, each place
// being as likely. As torchvision's RandomCrop.
struct RandomCrop {
  ImageSize size;
  int64_t padding = 0;    // on each side
  int fill = 0;           // value of the padding, in each channel
  int64_t shared_by = 1;  // one draw for so many places of the epoch's order

  static Fields<RandomCrop> fields();
  // Throws ConfigError unless the crop fits into the padded picture.
  void check(ImageSize image) const;
  // REQUIRES: check(image).
  Corner corner(const SampleKey& key, ImageSize image) const;
  // Returns the corner. `spare` lends its memory; what it then holds is of no use.
  Corner apply(const SampleKey& key, Image& image, Image& spare) const;
};

// The crop around the centre: between two places, the even one. Where the picture is
// smaller, `fill` stands around it. As torchvision's CenterCrop.
struct CenterCrop {
  ImageSize size;
  int fill = 0;

  static Fields<CenterCrop> fields();
  Corner corner(ImageSize image) const;
  Corner apply(Image& image, Image& spare) const;
  friend bool operator==(const CenterCrop&, const CenterCrop&) = default;
};

}  // namespace fovea
