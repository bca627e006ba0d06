// SPDX-License-Identifier: Apache-2.0
// Checks that a PNG file is whole, which stb_image does not.
#pragma once

#include "encoded_image.h"

namespace fovea::detail {

// Walks the chunks up to IEND. Throws DataError for a chunk that passes the end of the file or
// whose CRC is wrong, and when there is no IEND.
void check_png(const EncodedImage& image);

}  // namespace fovea::detail
