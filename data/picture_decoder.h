// SPDX-License-Identifier: Apache-2.0
// Decodes pictures one after another, in memory that it keeps.
#pragma once

#include "jpeg_decode.h"

#include <fovea/data/image_file.h>

#include <cstdint>
#include <span>
#include <string>

namespace fovea::detail {

// For one thread at a time.
class PictureDecoder {
 public:
  // As decode_image().
  void decode(std::span<const uint8_t> bytes, const std::string& name, int64_t channels, Exif exif,
              Image& image);
  // Gives back what is more than `bytes`.
  void trim(size_t bytes);

 private:
  // With as many channels as the file has; the orientation that Exif data say, else 1.
  int decode_as_stored(const EncodedImage& file, Image& image);

  JpegDecoder jpeg_;
  Image spare_;
};

}  // namespace fovea::detail
