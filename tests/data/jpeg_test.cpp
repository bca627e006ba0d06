// SPDX-License-Identifier: Apache-2.0
// JPEG files: kinds, damage, orientation. That pixels are Pillow's is held by pillow.py.
#include "jpeg_bytes.h"
#include "support/error_message.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/image_file.h>

#include <catch2/catch.hpp>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;
using Pixels = std::vector<uint8_t>;

namespace {

Image decode_jpeg(const std::string& file, int64_t channels = 3, Exif exif = Exif::ignore) {
  const auto* data = reinterpret_cast<const uint8_t*>(file.data());
  return decode_image({data, file.size()}, channels, "photo.jpg", exif);
}

std::string jpeg_error(const std::string& file) {
  const std::string message = error_message<DataError>([&] { decode_jpeg(file); });
  CHECK_THAT(message, Catch::Matchers::StartsWith("photo.jpg: "));
  return message;
}

// Of a picture with detail.
std::string noisy(int flags = 0, int width = 40, int height = 30) {
  std::string pixels;
  for (int i = 0; i < 3 * width * height; i++) pixels += static_cast<char>(i * 7919 >> 3);
  return jpeg(width, height, TJPF_RGB, pixels, TJSAMP_420, flags, 90);
}

// The frame header of `file` with the byte at `at` in it replaced.
std::string with_frame_byte(std::string file, size_t at, int value, char process = '\xc0') {
  file[file.find(std::string("\xff") + process) + 4 + at] = static_cast<char>(value);
  return file;
}

std::string without_end(const std::string& file) { return file.substr(0, file.size() - 2); }

const std::string kEnd = "\xff\xd9";

}  // namespace

TEST_CASE("jpeg: gray, colour, black ink", "[data]") {
  CHECK(decode_jpeg(plain_jpeg(3, 2, TJPF_GRAY, {77})).pixels == Pixels(18, 77));
  CHECK(decode_jpeg(plain_jpeg(3, 2, TJPF_GRAY, {77}), 1).pixels == Pixels(6, 77));
  const Image red = decode_jpeg(plain_jpeg(5, 4, TJPF_RGB, {255, 0, 0}, TJFLAG_PROGRESSIVE));
  CHECK(red.width == 5);
  CHECK(red.height == 4);
  CHECK(red.pixels[0] >= 252);
  CHECK(red.pixels[1] <= 3);
  // Inverted, as Adobe's programs write it: 255 is no ink; half of the black halves the red.
  const Image ink = decode_jpeg(plain_jpeg(8, 8, TJPF_CMYK, {255, 0, 0, 128}));
  CHECK(ink.pixels[0] == Approx(128).margin(3));
  CHECK(ink.pixels[1] <= 3);
}

TEST_CASE("jpeg: whatever is cut off is truncated, with the byte", "[data]") {
  const std::string kind = GENERATE("baseline", "progressive");
  const std::string file = noisy(kind == "baseline" ? 0 : TJFLAG_PROGRESSIVE);
  for (size_t size = 2; size < file.size(); size++) {
    const std::string message = jpeg_error(file.substr(0, size));
    CHECK_THAT(message, Contains("the JPEG file is truncated") &&
                            Contains("at byte " + std::to_string(size)));
  }
  CHECK_THAT(jpeg_error(without_end(file)), Contains("without an end marker (EOI)"));
  // The end marker is there, but pixels are not.
  if (kind == "progressive") return;  // the cut would be within a segment
  CHECK_THAT(jpeg_error(file.substr(0, file.size() * 3 / 4) + kEnd),
             Contains("damaged JPEG file: Corrupt JPEG data"));
}

TEST_CASE("jpeg: junk around the end marker does no harm", "[data]") {
  const std::string file = noisy();
  const Pixels wanted = decode_jpeg(file).pixels;
  CHECK(decode_jpeg(file + "junk").pixels == wanted);
  CHECK(decode_jpeg(file + file).pixels == wanted);
  CHECK(decode_jpeg(without_end(file) + "\x7f" + kEnd).pixels == wanted);
  CHECK(decode_jpeg(without_end(file) + std::string(70, '\x55') + kEnd).pixels == wanted);
  CHECK(decode_jpeg(with_segment(file, jpeg_segment(0xe1, "Exif\0\0broken"))).pixels == wanted);
  CHECK(decode_jpeg(
            with_segment(file, jpeg_segment(0xe0, std::string("JFIF\0\x09\x09\0\0\1\0\1\0\0", 14))))
            .pixels == wanted);
}

TEST_CASE("jpeg: damaged pixels, and kinds that are not decoded", "[data]") {
  std::string flipped = noisy();
  for (size_t i = flipped.size() / 2; i < flipped.size() / 2 + 40; i++) flipped[i] ^= 0x55;
  CHECK_THROWS_AS(decode_jpeg(flipped), DataError);
  CHECK_THAT(jpeg_error(with_frame_byte(noisy(), 0, 12)), Contains("of 12 bits per value"));
  CHECK_THAT(jpeg_error(with_frame_byte(noisy(), 5, 2)), Contains("of 2 components"));
  std::string lossless = noisy();
  lossless[lossless.find("\xff\xc0") + 1] = '\xc3';
  CHECK_THAT(jpeg_error(lossless), Contains("without loss, which is not read"));
  CHECK_THAT(jpeg_error(bytes({0xff, 0xd8, 0xff, 0xd9})), Contains("before its frame header"));
  CHECK_THAT(jpeg_error(bytes({0xff, 0xd8, 0xff, 0xe0, 0, 1})), Contains("has length 1"));
}

TEST_CASE("jpeg: sizes are looked at before anything is allocated", "[data]") {
  const std::string wide = with_frame_byte(with_frame_byte(noisy(), 3, 0x50), 1, 0x50);
  CHECK_THAT(jpeg_error(wide), Contains("20520x20510 pixels") || Contains("pixels; a side has"));
  CHECK_THAT(jpeg_error(with_frame_byte(with_frame_byte(noisy(), 3, 0x3f), 1, 0x10)),
             Contains("is truncated") && Contains("need at least"));
  CHECK_THAT(jpeg_error(with_frame_byte(with_frame_byte(noisy(), 1, 0), 2, 0)),
             Contains("40x0 pixels"));
}

TEST_CASE("jpeg: orientation is applied where it is asked for", "[data]") {
  // Two pixels that stay what they are: black, white.
  const std::string file = jpeg(16, 8, TJPF_GRAY, [] {
    std::string pixels;
    for (int i = 0; i < 128; i++) pixels += static_cast<char>(i % 16 < 8 ? 0 : 255);
    return pixels;
  }());
  const auto with = [&](int orientation) {
    return with_segment(file,
                        jpeg_segment(0xe1, std::string("Exif\0\0", 6) + exif_data(orientation)));
  };
  for (const int orientation : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
    CHECK(decode_jpeg(with(orientation), 1).pixels == decode_jpeg(file, 1).pixels);
    const Image upright = decode_jpeg(with(orientation), 1, Exif::apply);
    const bool turned = orientation >= 5 && orientation <= 8;
    CHECK(upright.width == (turned ? 8 : 16));
    const bool white_first =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    CHECK(upright.pixels.front() == (white_first ? 255 : 0));
  }
  CHECK(decode_jpeg(with(6), 3, Exif::apply).height == 16);
  const std::string chunk = png_chunk("eXIf", exif_data(6));
  CHECK(decode_jpeg(png(2, 8, kGray, {bytes({7, 9})}, chunk), 1, Exif::apply).height == 2);
}

TEST_CASE("jpeg: exif data that end anywhere are silent", "[data]") {
  const std::string file = noisy(0, 8, 8), whole = exif_data(6);
  for (size_t size = 0; size <= whole.size(); size++) {
    const std::string segment =
        jpeg_segment(0xe1, std::string("Exif\0\0", 6) + whole.substr(0, size));
    CHECK_NOTHROW(decode_jpeg(with_segment(file, segment), 3, Exif::apply));
  }
  std::string far = whole;
  far[4] = far[5] = '\xff';  // the directory is far away
  CHECK_NOTHROW(decode_jpeg(
      with_segment(file, jpeg_segment(0xe1, std::string("Exif\0\0", 6) + far)), 3, Exif::apply));
}
