// SPDX-License-Identifier: Apache-2.0
#include "bmp_check.h"

#include <cstdlib>

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

}  // namespace

void check_bmp(const EncodedImage& image) {
  const uint8_t* bytes = image.bytes.data();
  const auto size = static_cast<int64_t>(image.bytes.size());
  if (image.bytes.size() < kFieldsAt + kLongestFields) {
    image.fail("the BMP file is cut off: it has " + std::to_string(size) +
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
  const int64_t row_bytes = (width * bits + 31) / 32 * 4;
  const int64_t needs = little_endian(bytes + kOffsetAt, 4) + row_bytes * height;
  if (size < needs) {
    image.fail("the BMP file is cut off: it needs " + std::to_string(needs) + " bytes, has " +
               std::to_string(size));
  }
}

}  // namespace fovea::detail
