// SPDX-License-Identifier: Apache-2.0
// Decodes picture files: JPEG, PNG, BMP, and binary PGM and PPM. Content decides, not the name.
#pragma once

#include <fovea/core/config_value.h>
#include <fovea/data/image.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Larger pictures are refused before anything is allocated for them.
inline constexpr int64_t kMaxImageSide = 16384;
inline constexpr int64_t kMaxImagePixels = 100'000'000;

// The kinds that this build reads, each with what decodes it: "JPEG (libjpeg-turbo)".
std::vector<std::string> picture_decoders();

// What becomes of the orientation in a photo's Exif data.
enum class Exif : uint8_t {
  ignore,  // the pixels as they are stored, as torchvision does it
  apply    // turned and mirrored as the data say
};

template <>
inline constexpr auto kEnumNames<Exif> = std::to_array<EnumName<Exif>>({{"ignore", Exif::ignore},
                                                                        {"apply", Exif::apply}});

// The picture with 1 or 3 channels, as asked for. Alpha is dropped, not blended; gray becomes three
// equal channels; colour becomes gray as in Pillow (ITU-R 601); 16-bit values are scaled to 8 bits.
// A JPEG's pixels are Pillow's to the last bit, those with black ink included. docs/data.md lists
// what each format may hold.
// Throws DataError for a file that is missing, damaged, cut off, too large or of another kind,
// SystemError when there is no memory for it, and ArgumentError for another number of channels.
Image load_image(const std::string& path, int64_t channels, Exif exif = Exif::ignore);

// The same from memory. `name` stands for the file in messages.
Image decode_image(std::span<const uint8_t> bytes, int64_t channels, const std::string& name,
                   Exif exif = Exif::ignore);

}  // namespace fovea
