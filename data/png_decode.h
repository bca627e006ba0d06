// SPDX-License-Identifier: Apache-2.0
// PNG: checked here, unpacked by stb_image.
#pragma once

#include "encoded_image.h"

#include <fovea/data/image.h>

namespace fovea::detail {

// Fills `image`: 1 to 4 channels as in the file, the even numbers with alpha last; of a palette
// always 3, its alpha is dropped. Returns the Exif data, which are part of the file's bytes. Throws
// DataError, or std::bad_alloc.
std::span<const uint8_t> decode_png(const EncodedImage& file, Image& image);

}  // namespace fovea::detail
