// SPDX-License-Identifier: Apache-2.0
// PNG and BMP through stb_image.
#pragma once

#include "encoded_image.h"

#include <fovea/data/image.h>

namespace fovea::detail {

// Fills `image`: 1 to 4 channels as in the file, the even numbers with alpha last; 16-bit values
// are scaled to the nearest 8-bit value. Throws DataError, or std::bad_alloc. The caller has
// checked that the file is whole.
void decode_with_stb(const EncodedImage& file, const char* kind, Image& image);

}  // namespace fovea::detail
