// SPDX-License-Identifier: Apache-2.0
#include "png_check.h"

#include <zlib.h>

namespace fovea::detail {

namespace {

constexpr size_t kSignatureBytes = 8, kHeaderBytes = 13;
constexpr size_t kFrameBytes = 12;  // of a chunk: length, type, CRC

uint32_t big_endian(const uint8_t* p) {
  return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3];
}

void check_header(const EncodedImage& image, const std::string& type, size_t length,
                  const uint8_t* content) {
  if (type != "IHDR" || length != kHeaderBytes) {
    image.fail("damaged PNG file: it begins with chunk " + type + " of " + std::to_string(length) +
               " bytes in place of IHDR of 13");
  }
  image.check_size(big_endian(content), big_endian(content + 4));
}

}  // namespace

void check_png(const EncodedImage& image) {
  const std::span<const uint8_t> bytes = image.bytes;
  size_t at = kSignatureBytes;
  while (true) {
    if (bytes.size() - at < kFrameBytes) {
      image.fail("the PNG file is cut off: it ends at byte " + std::to_string(bytes.size()) +
                 " without an IEND chunk");
    }
    const uint8_t* chunk = bytes.data() + at;
    const size_t length = big_endian(chunk);
    const std::string type(reinterpret_cast<const char*>(chunk) + 4, 4);
    if (length > bytes.size() - at - kFrameBytes) {
      image.fail("the PNG file is cut off: chunk " + type + " at byte " + std::to_string(at) +
                 " needs " + std::to_string(length + kFrameBytes) + " bytes, " +
                 std::to_string(bytes.size() - at) + " are left");
    }
    const auto crc = static_cast<uint32_t>(crc32(0, chunk + 4, static_cast<uInt>(length + 4)));
    if (crc != big_endian(chunk + 8 + length)) {
      image.fail("the CRC of PNG chunk " + type + " at byte " + std::to_string(at) + " is wrong");
    }
    if (at == kSignatureBytes) check_header(image, type, length, chunk + 8);
    if (type == "IEND") return;
    at += length + kFrameBytes;
  }
}

}  // namespace fovea::detail
