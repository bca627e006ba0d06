// SPDX-License-Identifier: Apache-2.0
#include "bmp_check.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace fovea::detail {

namespace {

constexpr size_t kOffsetAt = 10, kHeaderSizeAt = 14, kFieldsAt = 18;
constexpr size_t kOldHeaderSize = 12;  // OS/2: 16-bit sides
constexpr size_t kLongestFields = 12;  // width, height, planes, bits per pixel

uint32_t little_endian(const uint8_t* p, int bytes) {
  uint32_t value = 0;
  for (int i = bytes; i-- > 0;) value = value << 8 | p[i];
  return value;
}

// A row of palette indices, the first in the highest bits of its byte.
struct IndexRow {
  int64_t at, width, bits;  // at: of its first byte, in the file
};

void check_indices(const EncodedImage& image, const IndexRow& row, int64_t colours) {
  if (colours >= int64_t{1} << row.bits) return;
  for (int64_t x = 0; x < row.width; x++) {
    const int64_t bit = x * row.bits, at = row.at + bit / 8;
    const int64_t unused = 8 - row.bits - bit % 8;  // bits below
    const int64_t index = image.bytes[static_cast<size_t>(at)] >> unused & ((1 << row.bits) - 1);
    if (index < colours) continue;
    image.fail("colour " + std::to_string(index) + " at byte " + std::to_string(at) +
               " is not in the palette of " + std::to_string(std::max<int64_t>(0, colours)) +
               " colours");
  }
}

}  // namespace

void check_bmp(const EncodedImage& image) {
  const uint8_t* bytes = image.bytes.data();
  const auto size = static_cast<int64_t>(image.bytes.size());
  if (image.bytes.size() < kFieldsAt + kLongestFields) {
    image.fail("the BMP file is truncated: it has " + std::to_string(size) +
               " bytes, less than a header");
  }
  const bool old = little_endian(bytes + kHeaderSizeAt, 4) == kOldHeaderSize;
  const int side_bytes = old ? 2 : 4;
  const uint8_t* fields = bytes + kFieldsAt;
  const int64_t width = little_endian(fields, side_bytes);
  const uint32_t raw_height = little_endian(fields + side_bytes, side_bytes);
  const int64_t height = old ? raw_height : std::abs(int64_t{static_cast<int32_t>(raw_height)});
  const int64_t bits = little_endian(fields + 2 * side_bytes + 2, 2);
  image.check_size(width, height);
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    image.fail("damaged BMP file: " + std::to_string(bits) + " bits per pixel");
  }
  const int64_t row_bytes = (width * bits + 31) / 32 * 4;
  const int64_t offset = little_endian(bytes + kOffsetAt, 4);
  const int64_t needs = offset + row_bytes * height;
  if (size < needs) {
    image.fail("the BMP file is truncated: it needs " + std::to_string(needs) + " bytes, has " +
               std::to_string(size));
  }
  if (bits > 8) return;
  const int64_t palette_bytes = offset - 14 - little_endian(bytes + kHeaderSizeAt, 4);
  const int64_t colours = palette_bytes / (old ? 3 : 4);
  for (int64_t y = 0; y < height; y++) {
    check_indices(image, {offset + y * row_bytes, width, bits}, colours);
  }
}

}  // namespace fovea::detail
