// SPDX-License-Identifier: Apache-2.0
// Several views of one picture, over which an evaluation takes the mean.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/image.h>
#include <fovea/data/image_size.h>
#include <fovea/data/picture_view.h>

#include <cstdint>
#include <vector>

namespace FOVEA_API fovea {

// A piece of a picture, mirrored left and right or not.
struct CropView {
  int64_t top = 0, left = 0;
  bool mirrored = false;

  static Fields<CropView> fields();
  friend bool operator==(const CropView&, const CropView&) = default;
};

// The ten of AlexNet: pieces of `size` at the four corners (row by row) and in the centre, then
// their mirror images in the same order. Throws ConfigError unless they fit, with room to spare.
std::vector<CropView> ten_views(ImageSize picture, ImageSize size);

// Throws ConfigError, naming the view, when one is not inside the picture.
void check_views(const std::vector<CropView>& views, ImageSize picture, ImageSize size);

// Makes `piece` the view of the picture; it keeps its memory.
PictureView take_view(const Image& picture, const CropView& view, ImageSize size, Image& piece);

}  // namespace fovea
