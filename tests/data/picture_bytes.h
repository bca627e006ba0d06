// SPDX-License-Identifier: Apache-2.0
// Makes the bytes of small picture files, faults included.
#pragma once

#include "byte_files.h"

#include <string>
#include <vector>

namespace fovea::test {

inline const std::string kPngSignature = "\x89PNG\r\n\x1a\n";
enum PngColour : uint8_t { kGray = 0, kRgb = 2, kPalette = 3, kGrayAlpha = 4, kRgba = 6 };

inline std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

inline std::string png_chunk(const std::string& type, const std::string& content) {
  const std::string body = type + content;
  const uLong sum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<uint32_t>(content.size())) + body +
         big_endian(static_cast<uint32_t>(sum));
}

inline std::string png_header(uint32_t width, uint32_t height, int depth, PngColour colour) {
  return png_chunk("IHDR",
                   big_endian(width) + big_endian(height) + bytes({depth, colour, 0, 0, 0}));
}

// Rows are packed as the depth demands; `extra` chunks go before the pixels.
inline std::string png(uint32_t width, int depth, PngColour colour,
                       const std::vector<std::string>& rows, const std::string& extra = "") {
  std::string raw;
  for (const std::string& row : rows) raw += '\0' + row;
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(raw.data()), static_cast<uLong>(raw.size()));
  packed.resize(size);
  return kPngSignature + png_header(width, static_cast<uint32_t>(rows.size()), depth, colour) +
         extra + png_chunk("IDAT", packed) + png_chunk("IEND", "");
}

inline std::string little_endian(uint32_t value, int count) {
  std::string text;
  for (int i = 0; i < count; i++) text += static_cast<char>(value >> (8 * i));
  return text;
}

// Rows of palette indices from the bottom, each filled up to 4 bytes. A colour is blue, green, red,
// 0.
inline std::string palette_bmp(uint32_t width, uint32_t height, uint32_t depth,
                               const std::string& palette, const std::string& rows) {
  const auto offset = static_cast<uint32_t>(54 + palette.size());
  return "BM" + little_endian(static_cast<uint32_t>(offset + rows.size()), 4) +
         little_endian(0, 4) + little_endian(offset, 4) + little_endian(40, 4) +
         little_endian(width, 4) + little_endian(height, 4) + little_endian(1, 2) +
         little_endian(depth, 2) + std::string(24, '\0') + palette + rows;
}

// 24 bits a pixel, blue first.
inline std::string bmp(uint32_t width, uint32_t height, const std::string& rows) {
  return palette_bmp(width, height, 24, "", rows);
}

}  // namespace fovea::test
