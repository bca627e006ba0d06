// SPDX-License-Identifier: Apache-2.0
// Checks that a JPEG file is whole before it is decoded: the decoder fills what is missing with
// gray and says so in a warning among harmless ones.
#pragma once

#include "encoded_image.h"

namespace fovea::detail {

struct JpegParts {
  int64_t width = 0, height = 0;
  int components = 0;             // 1 gray, 3 colour, 4 with black
  std::span<const uint8_t> exif;  // the TIFF structure in APP1; empty when there is none
};

// Walks the markers up to the end marker (EOI); what comes after it is not looked at. Throws
// DataError for a file that ends before, pixels that cannot be in so few bytes, and kinds that are
// not decoded (lossless, 12 bits, two components).
JpegParts check_jpeg(const EncodedImage& file);

}  // namespace fovea::detail
