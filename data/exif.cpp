// SPDX-License-Identifier: Apache-2.0
#include "exif.h"

#include <string_view>
#include <utility>

namespace fovea::detail {

namespace {

constexpr size_t kEntryBytes = 12;
constexpr uint32_t kOrientation = 0x0112, kShort = 3;

// Numbers in a TIFF structure's byte order. REQUIRES: they lie inside.
class TiffReader {
 public:
  TiffReader(std::span<const uint8_t> bytes, bool big_endian)
      : bytes_(bytes), big_endian_(big_endian) {}

  uint32_t number(size_t at, size_t size) const {
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++)
      value = value << 8 | bytes_[at + (big_endian_ ? i : size - 1 - i)];
    return value;
  }
  bool has(size_t at, size_t size) const {
    return at <= bytes_.size() && size <= bytes_.size() - at;
  }

 private:
  std::span<const uint8_t> bytes_;
  bool big_endian_;
};

}  // namespace

int exif_orientation(std::span<const uint8_t> tiff) {
  const std::string_view start(reinterpret_cast<const char*>(tiff.data()), tiff.size() < 4 ? 0 : 4);
  const bool big_endian = start == std::string_view("MM\0*", 4);
  if (!big_endian && start != std::string_view("II*\0", 4)) return 1;
  const TiffReader reader(tiff, big_endian);
  if (!reader.has(4, 4)) return 1;
  const size_t directory = reader.number(4, 4);
  if (!reader.has(directory, 2)) return 1;
  const size_t entries = reader.number(directory, 2);
  for (size_t i = 0; i < entries; i++) {
    const size_t entry = directory + 2 + i * kEntryBytes;
    if (!reader.has(entry, kEntryBytes)) return 1;
    if (reader.number(entry, 2) != kOrientation || reader.number(entry + 2, 2) != kShort) continue;
    const uint32_t value = reader.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

void apply_orientation(int orientation, Image& image, Image& spare) {
  if (orientation == 1) return;
  // Rows of the upright picture are columns of the stored one from 5 on; then either may run
  // backwards.
  const bool turned = orientation >= 5;
  const bool rows_backwards =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool columns_backwards =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const int64_t h = image.height, w = image.width, c = image.channels;
  spare.resize(turned ? w : h, turned ? h : w, c);
  uint8_t* to = spare.pixels.data();
  for (int64_t y = 0; y < spare.height; y++) {
    for (int64_t x = 0; x < spare.width; x++) {
      const int64_t row = turned ? x : y, column = turned ? y : x;
      const uint8_t* from = image.pixels.data() + ((rows_backwards ? h - 1 - row : row) * w +
                                                   (columns_backwards ? w - 1 - column : column)) *
                                                      c;
      for (int64_t i = 0; i < c; i++) *to++ = from[i];
    }
  }
  std::swap(image, spare);
}

}  // namespace fovea::detail
