// SPDX-License-Identifier: Apache-2.0
// Checks that a BMP file is whole: stb_image takes zeros for what is missing.
#pragma once

#include "encoded_image.h"

namespace fovea::detail {

// Throws DataError when the pixels that the header promises pass the end of the file.
void check_bmp(const EncodedImage& image);

}  // namespace fovea::detail
