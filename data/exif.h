// SPDX-License-Identifier: Apache-2.0
// Which way up a photo is.
#pragma once

#include <fovea/data/image.h>

#include <cstdint>
#include <span>

namespace fovea::detail {

// The orientation, 1 to 8, of Exif data: a TIFF structure. 1, as it is, where the data do not say
// it or are damaged, which is common.
int exif_orientation(std::span<const uint8_t> tiff);

// Turns a picture of that orientation upright. `spare` lends its memory.
void apply_orientation(int orientation, Image& image, Image& spare);

}  // namespace fovea::detail
