// SPDX-License-Identifier: Apache-2.0
// Binary PGM (P5) and PPM (P6). stb_image reads these too, but takes what is missing at the end of
// a file from uninitialised memory.
#pragma once

#include "encoded_image.h"

#include <fovea/data/image.h>

namespace fovea::detail {

// Fills `image` with 1 or 3 channels; values are scaled from 0..maxval to 0..255, to the nearest.
// REQUIRES: the file starts with P5 or P6. Throws DataError.
void decode_pnm(const EncodedImage& file, Image& image);

}  // namespace fovea::detail
