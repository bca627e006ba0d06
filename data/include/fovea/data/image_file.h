// SPDX-License-Identifier: Apache-2.0
// Decodes picture files: PNG, BMP, and binary PGM and PPM. Content decides, not the name.
#pragma once

#include <fovea/data/image.h>

#include <cstdint>
#include <span>
#include <string>

namespace FOVEA_API fovea {

// Larger pictures are refused before anything is allocated for them.
inline constexpr int64_t kMaxImageSide = 16384;
inline constexpr int64_t kMaxImagePixels = 100'000'000;

// The picture with 1 or 3 channels, as asked for. Alpha is dropped, not blended; gray becomes three
// equal channels; colour becomes gray as in Pillow (ITU-R 601); 16-bit values are scaled to 8 bits.
// Throws DataError for a file that is missing, damaged, cut off, too large or of another kind,
// SystemError when there is no memory for it, and ArgumentError for another number of channels.
Image load_image(const std::string& path, int64_t channels);

// The same from memory. `name` stands for the file in messages.
Image decode_image(std::span<const uint8_t> bytes, int64_t channels, const std::string& name);

}  // namespace fovea
