// SPDX-License-Identifier: Apache-2.0
#include "png_check.h"

#include <zlib.h>

#include <algorithm>
#include <functional>

namespace fovea::detail {

namespace {

constexpr size_t kSignatureBytes = 8, kHeaderBytes = 13;
constexpr size_t kFrameBytes = 12;  // of a chunk: length, type, CRC

struct Chunk {
  size_t at;  // in the file
  std::string type;
  std::span<const uint8_t> content;
};

uint32_t big_endian(const uint8_t* p) {
  return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3];
}

// Four letters; anything else becomes '?', for messages.
std::string chunk_type(const uint8_t* p) {
  std::string type(reinterpret_cast<const char*>(p), 4);
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  std::replace_if(type.begin(), type.end(), std::not_fn(letter), '?');
  return type;
}

Chunk chunk_at(const EncodedImage& image, size_t at) {
  const size_t left = image.bytes.size() - at;
  if (left < kFrameBytes) {
    image.fail("the PNG file is cut off: it ends at byte " + std::to_string(image.bytes.size()) +
               " without an IEND chunk");
  }
  const uint8_t* p = image.bytes.data() + at;
  const size_t length = big_endian(p);
  const std::string type = chunk_type(p + 4);
  if (length > left - kFrameBytes) {
    image.fail("the PNG file is cut off: chunk " + type + " at byte " + std::to_string(at) +
               " needs " + std::to_string(length + kFrameBytes) + " bytes, " +
               std::to_string(left) + " are left");
  }
  if (crc32(0, p + 4, static_cast<uInt>(length + 4)) != big_endian(p + 8 + length)) {
    image.fail("the CRC of PNG chunk " + type + " at byte " + std::to_string(at) + " is wrong");
  }
  return {at, type, {p + 8, length}};
}

void check_header(const EncodedImage& image, const Chunk& chunk) {
  if (chunk.type != "IHDR" || chunk.content.size() != kHeaderBytes) {
    image.fail("damaged PNG file: it begins with chunk " + chunk.type + " of " +
               std::to_string(chunk.content.size()) + " bytes in place of IHDR of 13");
  }
  image.check_size(big_endian(chunk.content.data()), big_endian(chunk.content.data() + 4));
}

}  // namespace

void check_png(const EncodedImage& image) {
  Chunk chunk = chunk_at(image, kSignatureBytes);
  check_header(image, chunk);
  bool pixels = false;
  while (chunk.type != "IEND") {
    chunk = chunk_at(image, chunk.at + kFrameBytes + chunk.content.size());
    // stb_image would copy to a null pointer.
    if (chunk.type == "IDAT" && chunk.content.empty() && !pixels) {
      image.fail("damaged PNG file: its first IDAT chunk, at byte " + std::to_string(chunk.at) +
                 ", is empty");
    }
    pixels = pixels || chunk.type == "IDAT";
  }
}

}  // namespace fovea::detail
