// SPDX-License-Identifier: Apache-2.0
// Checks that a PNG file is whole, which stb_image does not.
#pragma once

#include "encoded_image.h"

#include <vector>

namespace fovea::detail {

enum class PngColour : uint8_t { gray = 0, rgb = 2, palette = 3, gray_alpha = 4, rgba = 6 };

struct PngParts {
  std::span<const uint8_t> header;               // the content of IHDR
  std::span<const uint8_t> palette;              // of PLTE; empty when there is none
  std::vector<std::span<const uint8_t>> pixels;  // of the IDAT chunks
  std::span<const uint8_t> exif;                 // of eXIf; empty when there is none

  PngColour colour() const { return static_cast<PngColour>(header[9]); }
};

// Walks the chunks up to IEND. Throws DataError for a chunk that passes the end of the file or
// whose CRC is wrong, an unknown one that is critical, pixels or a palette that cannot be those of
// the header, and when there is no IEND.
PngParts check_png(const EncodedImage& image);

}  // namespace fovea::detail
