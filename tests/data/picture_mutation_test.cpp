// SPDX-License-Identifier: Apache-2.0
// Damaged pictures, many at random: each is read or ends in a DataError, nothing else.
#include "jpeg_bytes.h"
#include "support/mutate.h"
#include "support/sanitized.h"

#include <fovea/data/image_file.h>

#include <catch2/catch.hpp>

using namespace fovea;
using namespace fovea::test;

TEST_CASE("mutated pictures", "[data]") {
  const std::string row = bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const std::string palette = png_chunk("PLTE", bytes({255, 0, 0, 0, 255, 0}));
  const std::string good = GENERATE_COPY(
      png(4, 8, kRgb, {row, row, row}), png(3, 8, kRgba, {row, row}), png(6, 16, kGray, {row}),
      png(2, 8, kPalette, {bytes({0, 1})}, palette), plain_jpeg(9, 8, TJPF_RGB, {200, 100, 50}),
      plain_jpeg(9, 8, TJPF_CMYK, {1, 2, 3, 4}, TJFLAG_PROGRESSIVE), bmp(4, 2, row + row),
      "P6 2 2 255 " + row, "P5 3 2 65535 " + row);
  survivors(good, fovea::test::kMutants, [&](const std::string& mutant) {
    const auto* data = reinterpret_cast<const uint8_t*>(mutant.data());
    const Image image = decode_image({data, mutant.size()}, 3, "mutant");
    CHECK(static_cast<int64_t>(image.pixels.size()) == 3 * image.height * image.width);
  });
}

TEST_CASE("pictures whose checksums were made good again", "[data]") {
  // Mutates inside the chunks, so that the decoder itself sees the damage.
  const std::string header = big_endian(4) + big_endian(3) + bytes({8, kRgb, 0, 0, 0});
  const std::string whole = png(4, 8, kRgb, std::vector<std::string>(3, std::string(12, 'a')));
  const std::string pixels = whole.substr(41, whole.size() - 41 - 4 - 12);
  for (uint32_t i = 0; i < fovea::test::kMutants; i++) {
    const bool in_header = i % 4 == 0;
    const std::string file =
        kPngSignature + png_chunk("IHDR", in_header ? mutate(header, i) : header) +
        png_chunk("IDAT", in_header ? pixels : mutate(pixels, i)) + png_chunk("IEND", "");
    const auto* data = reinterpret_cast<const uint8_t*>(file.data());
    try {
      const Image image = decode_image({data, file.size()}, 3, "mutant");
      CHECK(static_cast<int64_t>(image.pixels.size()) == 3 * image.height * image.width);
    } catch (const DataError&) {
    }
  }
}
