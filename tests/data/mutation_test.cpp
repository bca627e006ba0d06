// SPDX-License-Identifier: Apache-2.0
// Damaged files, many at random: each is read or ends in a DataError, nothing else.
#include "picture_bytes.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/core/random.h>
#include <fovea/data/class_names.h>
#include <fovea/data/idx_dataset.h>
#include <fovea/data/image_file.h>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace fovea;
using namespace fovea::test;

namespace {

// Changes a few bytes or bits, cuts the end off, or doubles a piece.
std::string mutate(std::string file, uint32_t number) {
  const RandomStream random(1, Purpose::test, 0, 0, number);
  uint64_t element = 0;
  const auto below = [&](size_t n) { return random.below(element++, static_cast<uint32_t>(n)); };
  const uint32_t kind = below(4);
  if (kind == 0) file.resize(below(file.size()));
  if (kind == 1) file.insert(below(file.size()), file.substr(below(file.size()), 1 + below(40)));
  for (uint32_t changes = 1 + below(3); kind >= 2 && changes > 0; changes--) {
    char& byte = file[kind == 2 ? below(std::min<size_t>(file.size(), 40)) : below(file.size())];
    byte = static_cast<char>(below(2) == 0 ? below(256) : byte ^ (1u << below(8)));
  }
  return file;
}

// How many of `count` mutations of `file` are read without an error.
template <class Read>
int survivors(const std::string& file, uint32_t count, Read&& read) {
  int survived = 0;
  for (uint32_t i = 0; i < count; i++) {
    const std::string mutant = mutate(file, i);
    try {
      read(mutant);
      survived++;
    } catch (const DataError&) {
    }
  }
  return survived;
}

}  // namespace

TEST_CASE("mutated idx files", "[data]") {
  const TempDir dir;
  const bool packed = GENERATE(false, true);
  const std::string good = packed ? gzip(idx3(9, 5, 7)) : idx3(9, 5, 7);
  dir.write("t-labels-idx1", idx1(9));
  Image image;
  const int survived = survivors(good, 1000, [&](const std::string& mutant) {
    const auto data =
        IdxDataset::open(dir.write("t-images-idx3", mutant), "", numbered_classes(10));
    REQUIRE(data->size() == 9);
    for (int64_t i = 0; i < 9; i++) data->read(i, image);
  });
  // A changed pixel of a plain file cannot be seen; gzip has a checksum, but its header has free
  // bytes.
  CHECK(survived < (packed ? 200 : 600));
}

TEST_CASE("mutated pictures", "[data]") {
  const std::string row = bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const std::string palette = png_chunk("PLTE", bytes({255, 0, 0, 0, 255, 0}));
  const std::string good =
      GENERATE_COPY(png(4, 8, kRgb, {row, row, row}), png(3, 8, kRgba, {row, row}),
                    png(6, 16, kGray, {row}), png(2, 8, kPalette, {bytes({0, 1})}, palette),
                    bmp(4, 2, row + row), "P6 2 2 255 " + row, "P5 3 2 65535 " + row);
  survivors(good, 1000, [&](const std::string& mutant) {
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
  for (uint32_t i = 0; i < 2000; i++) {
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
