// SPDX-License-Identifier: Apache-2.0
// JPEG, PNG, BMP, PGM and PPM. Checksums of PNG chunks are made good first, so that the decoder
// sees more than refusals.
#include "oracle.h"

#include <fovea/data/image_file.h>

#include <zlib.h>

using namespace fovea;

namespace {

uint32_t big_endian(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = at; i < at + 4; i++) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// Chunks of a PNG: length, type, content, checksum of type and content.
std::string with_checksums(std::string png) {
  for (size_t at = 8; at + 12 <= png.size();) {
    const size_t length = big_endian(png, at);
    if (length > png.size() - at - 12) break;
    const auto* type = reinterpret_cast<const Bytef*>(png.data() + at + 4);
    const uLong sum = crc32(0, type, static_cast<uInt>(length + 4));
    for (size_t i = 0; i < 4; i++)
      png[at + 8 + length + i] = static_cast<char>(sum >> (24 - 8 * i));
    at += 12 + length;
  }
  return png;
}

void decode(std::string_view bytes) {
  for (const int64_t channels : {1, 3}) {
    try {
      const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
      const Exif exif = channels == 1 ? Exif::apply : Exif::ignore;
      const Image image = decode_image({data, bytes.size()}, channels, "picture", exif);
      const int64_t elements = image.height * image.width * channels;
      fuzz::require(image.height > 0 && image.width > 0, "a picture has pixels");
      fuzz::require(static_cast<int64_t>(image.pixels.size()) == elements, "all of them are there");
    } catch (const DataError& error) {
      fuzz::require(std::string_view(error.what()).starts_with("picture: "), error.what());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  decode(bytes);
  if (bytes.starts_with("\x89PNG")) decode(with_checksums(std::string(bytes)));
  return 0;
}
