// SPDX-License-Identifier: Apache-2.0
#include "png_check.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <string_view>

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
    image.fail("the PNG file is truncated: it ends at byte " + std::to_string(image.bytes.size()) +
               " without an IEND chunk");
  }
  const uint8_t* p = image.bytes.data() + at;
  const size_t length = big_endian(p);
  const std::string type = chunk_type(p + 4);
  if (length > left - kFrameBytes) {
    image.fail("the PNG file is truncated: chunk " + type + " at byte " + std::to_string(at) +
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
  const uint8_t* header = chunk.content.data();
  image.check_size(big_endian(header), big_endian(header + 4));
  const int depth = header[8], colour = header[9];
  const bool known = colour <= 6 && colour != 1 && colour != 5;
  if (!known || std::popcount(static_cast<unsigned>(depth)) != 1 || depth > 16) {
    image.fail("damaged PNG file: depth " + std::to_string(depth) + ", colour type " +
               std::to_string(colour) + " (bytes 24 and 25)");
  }
}

// A chunk whose type begins with a capital must not be passed over (bit 5 of its first byte).
void check_known(const EncodedImage& image, const Chunk& chunk) {
  constexpr std::string_view kKnown[] = {"IHDR", "PLTE", "IDAT", "IEND"};
  const bool critical = (image.bytes[chunk.at + 4] & 0x20) == 0;
  if (critical && std::find(std::begin(kKnown), std::end(kKnown), chunk.type) == std::end(kKnown)) {
    image.fail("PNG chunk " + chunk.type + " at byte " + std::to_string(chunk.at) +
               " is of a kind that is not read");
  }
}

std::span<const uint8_t> checked_palette(const EncodedImage& image, const Chunk& chunk) {
  const size_t bytes = chunk.content.size();
  if (bytes == 0 || bytes % 3 != 0 || bytes > 3 * 256) {
    image.fail("damaged PNG file: its palette, at byte " + std::to_string(chunk.at) + ", has " +
               std::to_string(bytes) + " bytes; 3 for each of 1 to 256 colours wanted");
  }
  return chunk.content;
}

// Pixels never need many more packed bytes than plain ones. This bounds what a file can unpack to.
void check_amount(const EncodedImage& image, const PngParts& parts) {
  constexpr uint64_t kChannels[] = {1, 0, 3, 1, 2, 0, 4};
  const uint64_t width = big_endian(parts.header.data()), height = big_endian(&parts.header[4]);
  const uint64_t bits = width * kChannels[parts.header[9]] * parts.header[8];
  const uint64_t plain = height * (1 + (bits + 7) / 8);
  uint64_t packed = 0;
  for (const auto& content : parts.pixels) packed += content.size();
  if (packed > 2 * plain + 65536) {
    image.fail("damaged PNG file: " + std::to_string(packed) + " packed bytes for the " +
               std::to_string(plain) + " bytes that " + std::to_string(width) + "x" +
               std::to_string(height) + " pixels have");
  }
}

}  // namespace

PngParts check_png(const EncodedImage& image) {
  Chunk chunk = chunk_at(image, kSignatureBytes);
  check_header(image, chunk);
  PngParts parts{chunk.content, {}, {}, {}};
  while (chunk.type != "IEND") {
    chunk = chunk_at(image, chunk.at + kFrameBytes + chunk.content.size());
    check_known(image, chunk);
    if (chunk.type == "PLTE") parts.palette = checked_palette(image, chunk);
    if (chunk.type == "eXIf") parts.exif = chunk.content;
    if (chunk.type != "IDAT") continue;
    // stb_image would copy to a null pointer.
    if (chunk.content.empty() && parts.pixels.empty()) {
      image.fail("damaged PNG file: its first IDAT chunk, at byte " + std::to_string(chunk.at) +
                 ", is empty");
    }
    parts.pixels.push_back(chunk.content);
  }
  if (parts.pixels.empty()) image.fail("damaged PNG file: it has no IDAT chunk");
  check_amount(image, parts);
  return parts;
}

}  // namespace fovea::detail
