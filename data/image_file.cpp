// SPDX-License-Identifier: Apache-2.0
#include "bmp_check.h"
#include "describe_bytes.h"
#include "encoded_image.h"
#include "file_reader.h"
#include "png_decode.h"
#include "pnm_decode.h"
#include "stb_decode.h"

#include <fovea/core/error.h>
#include <fovea/data/image_file.h>

#include <new>
#include <string_view>

namespace fovea {

namespace detail {

void EncodedImage::fail(const std::string& what) const { throw DataError(name + ": " + what); }

void EncodedImage::check_size(int64_t width, int64_t height) const {
  if (width >= 1 && height >= 1 && width <= kMaxImageSide && height <= kMaxImageSide &&
      width * height <= kMaxImagePixels) {
    return;
  }
  fail("a picture of " + std::to_string(width) + "x" + std::to_string(height) +
       " pixels; a side has 1 to " + std::to_string(kMaxImageSide) + ", the whole at most " +
       std::to_string(kMaxImagePixels));
}

}  // namespace detail

namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{1} << 30;

// With as many channels as the file has.
Image decode(const detail::EncodedImage& file) {
  const std::string_view start(reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size());
  if (start.starts_with("\x89PNG\r\n\x1a\n")) {
    return detail::decode_png(file);
  }
  if (start.starts_with("BM")) {
    detail::check_bmp(file);
    return detail::decode_with_stb(file, "BMP");
  }
  if (start.starts_with("P5") || start.starts_with("P6")) return detail::decode_pnm(file);
  if (start.starts_with("\xff\xd8\xff")) {
    file.fail("is a JPEG picture, which this version does not read; PNG, BMP, PGM and PPM it does");
  }
  file.fail("is not a picture that can be read (PNG, BMP, binary PGM or PPM): it " +
            detail::describe_bytes(file.bytes));
}

// ITU-R 601 with Pillow's 16-bit factors.
uint8_t luma(const uint8_t* rgb) {
  return static_cast<uint8_t>((rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 0x8000u) >> 16);
}

Image with_channels(Image image, int64_t channels) {
  if (image.channels == channels) return image;
  Image result;
  result.resize(image.height, image.width, channels);
  const bool colour = image.channels >= 3;
  const uint8_t* from = image.pixels.data();
  uint8_t* to = result.pixels.data();
  for (int64_t i = 0; i < image.height * image.width; i++, from += image.channels) {
    if (channels == 1) {
      *to++ = colour ? luma(from) : from[0];
    } else {
      for (int64_t c = 0; c < 3; c++) *to++ = from[colour ? c : 0];
    }
  }
  return result;
}

}  // namespace

Image decode_image(std::span<const uint8_t> bytes, int64_t channels, const std::string& name) {
  if (channels != 1 && channels != 3) {
    throw ArgumentError("a picture can be had with 1 or 3 channels, not " +
                        std::to_string(channels));
  }
  if (bytes.size() > kMaxFileBytes) throw DataError(name + ": is larger than 1 GiB");
  try {
    return with_channels(decode({bytes, name}), channels);
  } catch (const std::bad_alloc&) {
    throw SystemError(name + ": no memory for its pixels");
  }
}

Image load_image(const std::string& path, int64_t channels) {
  const std::vector<uint8_t> bytes = detail::read_whole_file(path, kMaxFileBytes);
  return decode_image(bytes, channels, path);
}

}  // namespace fovea
