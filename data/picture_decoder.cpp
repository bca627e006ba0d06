// SPDX-License-Identifier: Apache-2.0
#include "picture_decoder.h"

#include "bmp_check.h"
#include "describe_bytes.h"
#include "exif.h"
#include "file_reader.h"
#include "pillow_color.h"
#include "png_decode.h"
#include "pnm_decode.h"
#include "stb_decode.h"

#include <fovea/core/error.h>

#include <new>
#include <string_view>
#include <utility>

namespace fovea::detail {

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

namespace {

// Formats that people have, by name, so that the message says what to do.
struct Unread {
  std::string_view start, kind;
};
constexpr Unread kUnread[] = {{"GIF8", "GIF"},
                              {"II*\0", "TIFF"},
                              {std::string_view("MM\0*", 4), "TIFF"},
                              {"\xff\x0a", "JPEG XL"},
                              {std::string_view("\0\0\0\x0cJXL ", 8), "JPEG XL"},
                              {std::string_view("\0\0\0\x0cjP  ", 8), "JPEG 2000"},
                              {"8BPS", "Photoshop"},
                              {"P1", "plain PBM"},
                              {"P2", "plain PGM"},
                              {"P3", "plain PPM"},
                              {"P4", "PBM"}};

std::string_view unread_kind(std::string_view text) {
  if (text.starts_with("RIFF") && text.substr(0, 12).ends_with("WEBP")) return "WebP";
  if (text.size() >= 12 && text.substr(4).starts_with("ftyp")) {
    const std::string_view brand = text.substr(8, 4);
    if (brand == "avif" || brand == "avis") return "AVIF";
    if (brand.starts_with("he") || brand == "mif1" || brand == "msf1") return "HEIC";
  }
  for (const Unread& unread : kUnread) {
    if (text.starts_with(unread.start)) return unread.kind;
  }
  return "";
}

[[noreturn]] void fail_unread(const EncodedImage& file, std::string_view text) {
  const std::string_view kind = unread_kind(text);
  if (!kind.empty()) {
    file.fail("is a " + std::string(kind) +
              " picture, which is not supported; convert it to JPEG, PNG, BMP, PGM or PPM");
  }
  file.fail("is not a picture that can be read (JPEG, PNG, BMP, binary PGM or PPM): it " +
            describe_bytes(file.bytes));
}

void set_channels(Image& image, int64_t channels, Image& spare) {
  if (image.channels == channels) return;
  spare.resize(image.height, image.width, channels);
  const bool colour = image.channels >= 3;
  const uint8_t* from = image.pixels.data();
  uint8_t* to = spare.pixels.data();
  for (int64_t i = 0; i < image.height * image.width; i++, from += image.channels) {
    if (channels == 1) {
      *to++ = colour ? luma(from) : from[0];
    } else {
      for (int64_t c = 0; c < 3; c++) *to++ = from[colour ? c : 0];
    }
  }
  std::swap(image, spare);
}

}  // namespace

int PictureDecoder::decode_as_stored(const EncodedImage& file, Image& image) {
  const std::string_view text(reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size());
  if (text.starts_with("\xff\xd8")) {
    const JpegParts parts = check_jpeg(file);
    jpeg_.decode(file, parts, image);
    return exif_orientation(parts.exif);
  }
  if (text.starts_with("\x89PNG\r\n\x1a\n")) return exif_orientation(decode_png(file, image));
  if (text.starts_with("BM")) {
    check_bmp(file);
    decode_with_stb(file, "BMP", image);
    return 1;
  }
  if (!text.starts_with("P5") && !text.starts_with("P6")) fail_unread(file, text);
  decode_pnm(file, image);
  return 1;
}

void PictureDecoder::trim(size_t bytes) {
  if (spare_.pixels.capacity() > bytes) std::vector<uint8_t>().swap(spare_.pixels);
}

void PictureDecoder::decode(std::span<const uint8_t> bytes, const std::string& name,
                            int64_t channels, Exif exif, Image& image) {
  if (channels != 1 && channels != 3) {
    throw ArgumentError("a picture can be had with 1 or 3 channels, not " +
                        std::to_string(channels));
  }
  if (bytes.size() > kMaxPictureBytes) throw DataError(name + ": is larger than 1 GiB");
  try {
    const int orientation = decode_as_stored({bytes, name}, image);
    set_channels(image, channels, spare_);
    if (exif == Exif::apply) apply_orientation(orientation, image, spare_);
  } catch (const std::bad_alloc&) {
    throw SystemError(name + ": no memory for its pixels");
  }
}

}  // namespace fovea::detail
