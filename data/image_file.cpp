// SPDX-License-Identifier: Apache-2.0
#include "file_reader.h"
#include "picture_decoder.h"

#include <fovea/data/image_file.h>

namespace fovea {

std::vector<std::string> picture_decoders() {
  return {"JPEG (libjpeg-turbo)", "PNG (stb_image)", "BMP (stb_image)", "PGM", "PPM"};
}

Image decode_image(std::span<const uint8_t> bytes, int64_t channels, const std::string& name,
                   Exif exif) {
  Image image;
  detail::PictureDecoder().decode(bytes, name, channels, exif, image);
  return image;
}

Image load_image(const std::string& path, int64_t channels, Exif exif) {
  const std::vector<uint8_t> bytes = detail::read_whole_file(path, detail::kMaxPictureBytes);
  return decode_image(bytes, channels, path, exif);
}

}  // namespace fovea
