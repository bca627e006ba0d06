// SPDX-License-Identifier: Apache-2.0
#include "picture_bytes.h"
#include "support/allocation_counter.h"
#include "support/error_message.h"
#include "support/sanitized.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/image_file.h>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;
using Pixels = std::vector<uint8_t>;

namespace {

Image decode(const std::string& file, int64_t channels) {
  const auto* data = reinterpret_cast<const uint8_t*>(file.data());
  return decode_image({data, file.size()}, channels, "picture.png");
}

Pixels pixels(const std::string& file, int64_t channels) { return decode(file, channels).pixels; }

std::string decode_error(const std::string& file) {
  const std::string message = error_message<DataError>([&] { decode(file, 3); });
  CHECK_THAT(message, Catch::Matchers::StartsWith("picture.png: "));
  return message;
}

const std::string kTwoReds = png(2, 8, kRgb, {bytes({255, 0, 0, 200, 10, 20})});

}  // namespace

TEST_CASE("png: gray, colour, palette, alpha", "[data]") {
  CHECK(pixels(png(3, 8, kGray, {bytes({0, 7, 255})}), 1) == Pixels{0, 7, 255});
  CHECK(pixels(png(2, 8, kGray, {bytes({7, 9})}), 3) == Pixels{7, 7, 7, 9, 9, 9});
  CHECK(pixels(kTwoReds, 3) == Pixels{255, 0, 0, 200, 10, 20});
  CHECK(pixels(png(8, 1, kGray, {bytes({0xa5})}), 1) == Pixels{255, 0, 255, 0, 0, 255, 0, 255});
  const std::string palette = png_chunk("PLTE", bytes({255, 0, 0, 0, 255, 0, 0, 0, 255}));
  CHECK(pixels(png(3, 8, kPalette, {bytes({0, 1, 2})}, palette), 3) ==
        Pixels{255, 0, 0, 0, 255, 0, 0, 0, 255});
}

TEST_CASE("png: alpha is dropped, not blended", "[data]") {
  CHECK(pixels(png(2, 8, kRgba, {bytes({200, 100, 50, 255, 200, 100, 50, 0})}), 3) ==
        Pixels{200, 100, 50, 200, 100, 50});
  CHECK(pixels(png(2, 8, kGrayAlpha, {bytes({7, 0, 9, 255})}), 1) == Pixels{7, 9});
  const std::string palette =
      png_chunk("PLTE", bytes({255, 0, 0, 0, 255, 0})) + png_chunk("tRNS", bytes({255, 0}));
  CHECK(pixels(png(2, 8, kPalette, {bytes({0, 1})}, palette), 3) == Pixels{255, 0, 0, 0, 255, 0});
}

TEST_CASE("png: 16 bits become the nearest of 256 values", "[data]") {
  std::string row;
  for (const int value : {0, 128, 129, 255, 256, 32768, 40000, 65535}) {
    row += bytes({value >> 8, value & 255});
  }
  CHECK(pixels(png(8, 16, kGray, {row}), 1) == Pixels{0, 0, 1, 1, 1, 128, 156, 255});
}

TEST_CASE("colour becomes gray as in Pillow", "[data]") {
  const std::string row = bytes({255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30});
  CHECK(pixels(png(5, 8, kRgb, {row}), 1) == Pixels{76, 150, 29, 255, 18});
}

TEST_CASE("png: any size comes back as it was written", "[data]") {
  rc::prop("rows from the top, pixels from the left", [] {
    const auto width = *rc::gen::inRange<uint32_t>(1, 40),
               height = *rc::gen::inRange<uint32_t>(1, 40);
    std::vector<std::string> rows(height);
    Pixels wanted;
    for (std::string& row : rows) {
      for (uint32_t i = 0; i < 3 * width; i++) {
        wanted.push_back(*rc::gen::arbitrary<uint8_t>());
        row += static_cast<char>(wanted.back());
      }
    }
    const Image image = decode(png(width, 8, kRgb, rows), 3);
    RC_ASSERT(image.width == width);
    RC_ASSERT(image.height == height);
    RC_ASSERT(image.pixels == wanted);
  });
}

TEST_CASE("png: damaged files", "[data]") {
  std::string wrong_crc = kTwoReds;
  wrong_crc[wrong_crc.size() - 13] ^= 1;  // the last byte of IDAT's
  CHECK_THAT(decode_error(wrong_crc), Contains("the CRC of PNG chunk IDAT at byte 33 is wrong"));
  for (size_t size = 8; size < kTwoReds.size(); size++) {
    CHECK_THAT(decode_error(kTwoReds.substr(0, size)), Contains("truncated"));
  }
  CHECK_THAT(decode_error(png(5, 8, kRgb, {bytes({1, 2, 3})})), Contains("damaged PNG file"));
  CHECK_THAT(decode_error(kPngSignature + png_chunk("IDAT", "xyz")),
             Contains("begins with chunk IDAT of 3 bytes in place of IHDR"));
  CHECK_THAT(decode_error(kPngSignature + png_header(1, 1, 8, kGray) + png_chunk("IDAT", "")),
             Contains("its first IDAT chunk, at byte 33, is empty"));
  const std::string huge =
      kPngSignature + png_header(20990, 29700, 8, kRgba) + png_chunk("IEND", "");
  CHECK_THAT(decode_error(huge), Contains("20990x29700 pixels"));
  const std::string large =
      kPngSignature + png_header(16000, 16000, 8, kRgba) + png_chunk("IEND", "");
  CHECK_THAT(decode_error(large), Contains("16000x16000 pixels") && Contains("at most 100000000"));
}

TEST_CASE("png: a palette's colours, at any depth", "[data]") {
  const std::string two = png_chunk("PLTE", bytes({255, 0, 0, 0, 255, 0}));
  CHECK(pixels(png(3, 1, kPalette, {bytes({0xa0})}, two), 3) ==
        Pixels{0, 255, 0, 255, 0, 0, 0, 255, 0});
  CHECK(pixels(png(2, 2, kPalette, {bytes({0x10})}, two), 3) == Pixels{255, 0, 0, 0, 255, 0});
  CHECK(pixels(png(2, 4, kPalette, {bytes({0x10})}, two), 3) == Pixels{0, 255, 0, 255, 0, 0});
  std::string all;
  for (int i = 0; i < 256; i++) all += bytes({i, 255 - i, i ^ 90});
  const std::string every = png_chunk("PLTE", all);
  CHECK(pixels(png(2, 8, kPalette, {bytes({200, 255})}, every), 3) ==
        Pixels{200, 55, 200 ^ 90, 255, 0, 255 ^ 90});
}

TEST_CASE("png: colours that are not in the palette", "[data]") {
  const std::string two = png_chunk("PLTE", bytes({255, 0, 0, 0, 255, 0}));
  CHECK_THAT(decode_error(png(2, 8, kPalette, {bytes({0, 1}), bytes({1, 2})}, two)),
             Contains("row 1, column 1 has colour 2 of a palette of 2"));
  CHECK_THAT(decode_error(png(2, 2, kPalette, {bytes({0x70})}, two)), Contains("colour 3 of"));
  CHECK_THAT(decode_error(png(1, 8, kPalette, {bytes({0})})), Contains("has no palette"));
  CHECK_THAT(decode_error(png(1, 8, kPalette, {bytes({0})}, png_chunk("PLTE", "ab"))),
             Contains("its palette, at byte 33, has 2 bytes"));
  CHECK_THAT(decode_error(png(1, 16, kPalette, {bytes({0, 0})}, two)), Contains("16-bit indices"));
}

TEST_CASE("png: chunks that do not belong", "[data]") {
  CHECK_THAT(decode_error(png(1, 8, kGray, {"a"}, png_chunk("CgBI", "abcd"))),
             Contains("chunk CgBI at byte 33 is of a kind that is not read"));
  CHECK(pixels(png(1, 8, kGray, {"a"}, png_chunk("teXt", "abcd")), 1) == Pixels{'a'});
  CHECK_THAT(decode_error(kPngSignature + png_header(1, 1, 8, kGray) + png_chunk("IEND", "")),
             Contains("no IDAT chunk"));
  CHECK_THAT(decode_error(kPngSignature + png_header(1, 1, 7, kGray) + png_chunk("IEND", "")),
             Contains("depth 7, colour type 0"));
  CHECK_THAT(decode_error(kPngSignature + png_header(1, 1, 8, kGray) +
                          png_chunk("IDAT", std::string(70000, 'x')) + png_chunk("IEND", "")),
             Contains("70000 packed bytes for the 2 bytes that 1x1 pixels have"));
}

TEST_CASE("no memory for a picture is no fault of the picture", "[data]") {
  if (kThreadSanitized) return;  // limits nothing
  const std::string file = "P5 1000 1000 255 " + std::string(1'000'000, 'x');
  const AllocationLimit limit(900'000);
  CHECK_THAT(error_message<SystemError>([&] { decode(file, 1); }),
             Contains("picture.png: no memory for its pixels"));
}

TEST_CASE("pnm: gray and colour, comments, largest values", "[data]") {
  CHECK(pixels("P5\n3 1\n255\n" + bytes({1, 2, 3}), 1) == Pixels{1, 2, 3});
  CHECK(pixels("P6 # a comment 7\n1 # w\n 2\t255 " + bytes({1, 2, 3, 4, 5, 6}), 3) ==
        Pixels{1, 2, 3, 4, 5, 6});
  CHECK(pixels("P5 3 1 15 " + bytes({0, 8, 15}), 1) == Pixels{0, 136, 255});
  CHECK(pixels("P5 2 1 65535 " + bytes({255, 255, 1, 2}), 1) == Pixels{255, 1});
  const Image image = decode("P5 3 2 255 abcdef", 1);
  CHECK(image.width == 3);
  CHECK(image.height == 2);
}

TEST_CASE("pnm: damaged files", "[data]") {
  CHECK_THAT(decode_error("P6 2 2 255 " + std::string(11, 'x')),
             Contains("needs 23 bytes, has 22"));
  CHECK_THAT(decode_error("P5"), Contains("no width at byte 2"));
  CHECK_THAT(decode_error("P5 2 x"), Contains("no height at byte 5"));
  CHECK_THAT(decode_error("P5 2 2 255"), Contains("no largest value at byte 7"));
  CHECK_THAT(decode_error("P5 0 2 255 "), Contains("0x2 pixels"));
  CHECK_THAT(decode_error("P5 999999999 2 255 "), Contains("999999999x2 pixels"));
  CHECK_THAT(decode_error("P5 1 1 70000 xx"), Contains("largest value 70000"));
  CHECK_THAT(decode_error("P5 2 1 15 " + bytes({3, 16})),
             Contains("value 16 at byte 11 is above the largest value 15"));
}

TEST_CASE("bmp: rows from the bottom, blue first", "[data]") {
  const std::string rows = bytes({1, 2, 3, 4, 5, 6, 0, 0}) + bytes({7, 8, 9, 10, 11, 12, 0, 0});
  const Pixels wanted = {9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4};
  CHECK(pixels(bmp(2, 2, rows), 3) == wanted);
  CHECK(pixels(bmp(2, static_cast<uint32_t>(-2), rows.substr(8) + rows.substr(0, 8)), 3) == wanted);
}

TEST_CASE("bmp: palettes", "[data]") {
  const std::string blue_red = bytes({255, 0, 0, 0, 0, 0, 255, 0});
  CHECK(pixels(palette_bmp(3, 1, 1, blue_red, bytes({0x40, 0, 0, 0})), 3) ==
        Pixels{0, 0, 255, 255, 0, 0, 0, 0, 255});
  CHECK(pixels(palette_bmp(2, 1, 4, blue_red, bytes({0x10, 0, 0, 0})), 3) ==
        Pixels{255, 0, 0, 0, 0, 255});
  CHECK(pixels(palette_bmp(2, 1, 8, blue_red, bytes({0, 1, 99, 99})), 3) ==
        Pixels{0, 0, 255, 255, 0, 0});
  CHECK_THAT(decode_error(palette_bmp(2, 1, 8, blue_red, bytes({0, 2, 0, 0}))),
             Contains("colour 2 at byte 63 is not in the palette of 2 colours"));
  CHECK_THAT(decode_error(palette_bmp(2, 1, 4, blue_red, bytes({0x12, 0, 0, 0}))),
             Contains("colour 2 at byte 62"));
  CHECK_THAT(decode_error(palette_bmp(2, 1, 1, "", bytes({0, 0, 0, 0}))),
             Contains("not in the palette of 0 colours"));
}

TEST_CASE("bmp: damaged files", "[data]") {
  const std::string good = bmp(2, 1, bytes({1, 2, 3, 4, 5, 6, 0, 0}));
  CHECK_THAT(decode_error(good.substr(0, 61)), Contains("needs 62 bytes, has 61"));
  CHECK_THAT(decode_error(good.substr(0, 20)), Contains("less than a header"));
  CHECK_THAT(decode_error(bmp(0x7fffffff, 0x7fffffff, "")),
             Contains("2147483647x2147483647 pixels"));
}

TEST_CASE("files that are no pictures we read", "[data]") {
  CHECK_THAT(decode_error("<!DOCTYPE html><html>404</html>\n"),
             Contains("starts with \"<!DOCTYPE ht"));
  CHECK_THAT(decode_error(""), Contains("is empty"));
  const auto unsupported = [](const std::string& kind) {
    return Contains("is a " + kind + " picture, which is not supported; convert it to JPEG");
  };
  CHECK_THAT(decode_error("GIF89a..."), unsupported("GIF"));
  CHECK_THAT(decode_error("P3 1 1 255 1 2 3"), unsupported("plain PPM"));
  CHECK_THAT(decode_error("RIFF\x01\x02\x03\x04WEBPVP8 "), unsupported("WebP"));
  CHECK_THAT(decode_error("RIFF\x01\x02\x03\x04WAVEfmt "), Contains("(a RIFF file"));
  CHECK_THAT(decode_error(std::string("II*\0\x08", 5)), unsupported("TIFF"));
  CHECK_THAT(decode_error(std::string("MM\0*\0", 5)), unsupported("TIFF"));
  CHECK_THAT(decode_error(std::string("\0\0\0\x20"
                                      "ftypavif\0\0",
                                      14)),
             unsupported("AVIF"));
  CHECK_THAT(decode_error(std::string("\0\0\0\x20"
                                      "ftypheic\0\0",
                                      14)),
             unsupported("HEIC"));
}

TEST_CASE("pictures from files: the content decides, not the name", "[data]") {
  const TempDir dir;
  CHECK(load_image(dir.write("really_png.jpg", kTwoReds), 3).pixels == pixels(kTwoReds, 3));
  CHECK_THAT(error_message<DataError>([&] { load_image(dir.file("none.png"), 3); }),
             Contains("none.png: there is no such file"));
  CHECK_THAT(error_message<DataError>([&] { load_image(dir.write("a.png", gzip(kTwoReds)), 3); }),
             Contains("a.png: file is gzip"));
  CHECK_THROWS_AS(decode(kTwoReds, 2), ArgumentError);
}
