// SPDX-License-Identifier: Apache-2.0
// Checks what stb_image does not: it takes zeros for missing pixels, and undefined colours for what
// is not in the palette.
#pragma once

#include "encoded_image.h"

namespace fovea::detail {

// Throws DataError when the pixels that the header promises pass the end of the file, and for a
// pixel whose colour is not in the palette.
void check_bmp(const EncodedImage& image);

}  // namespace fovea::detail
