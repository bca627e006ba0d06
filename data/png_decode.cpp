// SPDX-License-Identifier: Apache-2.0
#include "png_decode.h"

#include "png_check.h"
#include "stb_decode.h"

#include <string>

namespace fovea::detail {

namespace {

void append_chunk(std::vector<uint8_t>& bytes, const char* type,
                  const std::vector<std::span<const uint8_t>>& contents) {
  size_t length = 0;
  for (const auto& content : contents) length += content.size();
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<uint8_t>(length >> shift));
  bytes.insert(bytes.end(), type, type + 4);
  for (const auto& content : contents) bytes.insert(bytes.end(), content.begin(), content.end());
  bytes.insert(bytes.end(), 4, 0);  // the CRC, which is not looked at
}

// The same pixels as a gray picture: stb_image looks indices up in a palette without asking whether
// they are in it.
std::vector<uint8_t> as_gray(const EncodedImage& file, const PngParts& parts) {
  std::vector<uint8_t> header(parts.header.begin(), parts.header.end());
  header[9] = static_cast<uint8_t>(PngColour::gray);
  std::vector<uint8_t> bytes(file.bytes.begin(), file.bytes.begin() + 8);  // the signature
  append_chunk(bytes, "IHDR", {header});
  append_chunk(bytes, "IDAT", parts.pixels);
  append_chunk(bytes, "IEND", {});
  return bytes;
}

void decode_palette(const EncodedImage& file, const PngParts& parts, Image& image) {
  const int depth = parts.header[8];
  if (depth > 8) file.fail("damaged PNG file: a palette with 16-bit indices (byte 24)");
  if (parts.palette.empty()) file.fail("damaged PNG file: it has no palette");
  Image indices;
  decode_with_stb({as_gray(file, parts), file.name}, "PNG", indices);
  const int step = 255 / ((1 << depth) - 1);  // from one index to the next, as gray values
  const auto colours = static_cast<int>(parts.palette.size() / 3);
  image.resize(indices.height, indices.width, 3);
  uint8_t* to = image.pixels.data();
  for (size_t i = 0; i < indices.pixels.size(); i++) {
    const int index = indices.pixels[i] / step;
    if (index >= colours) {
      const auto width = static_cast<size_t>(indices.width);
      file.fail("the pixel in row " + std::to_string(i / width) + ", column " +
                std::to_string(i % width) + " has colour " + std::to_string(index) +
                " of a palette of " + std::to_string(colours));
    }
    for (int c = 0; c < 3; c++) *to++ = parts.palette[static_cast<size_t>(3 * index + c)];
  }
}

}  // namespace

std::span<const uint8_t> decode_png(const EncodedImage& file, Image& image) {
  const PngParts parts = check_png(file);
  if (parts.colour() == PngColour::palette) {
    decode_palette(file, parts, image);
  } else {
    decode_with_stb(file, "PNG", image);
  }
  return parts.exif;
}

}  // namespace fovea::detail
