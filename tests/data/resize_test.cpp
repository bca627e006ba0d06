// SPDX-License-Identifier: Apache-2.0
#include "support/allocation_counter.h"

#include <fovea/core/error.h>
#include <fovea/core/io/sha256.h>
#include <fovea/data/resize.h>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <span>

using namespace fovea;

namespace {

// As made_up() in resize_table.py.
Image made_up(int64_t height, int64_t width, int64_t channels) {
  Image image;
  image.resize(height, width, channels);
  uint32_t state = 1;
  for (uint8_t& pixel : image.pixels) {
    state = (state * 1103515245u + 12345u) & 0x7fffffffu;
    pixel = static_cast<uint8_t>(state >> 16);
  }
  return image;
}

std::string sha256(const Image& image) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(image.pixels)));
  return hash.hex();
}

struct PixelRow {
  int64_t height, width, channels, new_height, new_width;
  const char* sha256;
};
constexpr PixelRow kTable[] = {
#include "resize_table.inc"
};

}  // namespace

TEST_CASE("resizing gives Pillow's bits", "[data]") {
  for (const PixelRow& row : kTable) {
    const Image from = made_up(row.height, row.width, row.channels);
    const Image to = resize_bilinear(from, row.new_height, row.new_width);
    CAPTURE(row.height, row.width, row.channels);
    CHECK(to.height == row.new_height);
    CHECK(to.width == row.new_width);
    CHECK(sha256(to) == row.sha256);
  }
}

TEST_CASE("resize and crop is the middle of the whole resize", "[data]") {
  rc::prop("for any size", [] {
    const auto height = *rc::gen::inRange<int64_t>(1, 60),
               width = *rc::gen::inRange<int64_t>(1, 60);
    const auto channels = *rc::gen::element<int64_t>(1, 3),
               size = *rc::gen::inRange<int64_t>(1, 50);
    const Image from = made_up(height, width, channels);
    const int64_t shorter = std::min(height, width);
    const Image whole = resize_bilinear(from, size * height / shorter, size * width / shorter);
    // Python's round(): halves to the even neighbour.
    const auto start = [](int64_t room) { return room / 2 + (room % 4 == 3 ? 1 : 0); };
    const int64_t top = start(whole.height - size), left = start(whole.width - size);
    const Image part = resize_and_crop(from, size);
    RC_ASSERT(part.height == size);
    RC_ASSERT(part.width == size);
    for (int64_t y = 0; y < size; y++) {
      const auto row = part.pixels.begin() + y * size * channels;
      const auto wanted = whole.pixels.begin() + ((top + y) * whole.width + left) * channels;
      RC_ASSERT(std::equal(row, row + size * channels, wanted));
    }
  });
}

TEST_CASE("a box is resized as if it were cut out before", "[data]") {
  rc::prop("for any box", [] {
    const Image from = made_up(40, 50, 3);
    const auto top = *rc::gen::inRange<int64_t>(0, 40), left = *rc::gen::inRange<int64_t>(0, 50);
    const auto height = *rc::gen::inRange<int64_t>(1, 41 - top);
    const auto width = *rc::gen::inRange<int64_t>(1, 51 - left);
    const auto size = *rc::gen::inRange<int64_t>(1, 60);
    Image cut, boxed;
    cut.resize(height, width, 3);
    for (int64_t y = 0; y < height; y++) {
      std::copy_n(from.pixels.begin() + ((top + y) * 50 + left) * 3, width * 3,
                  cut.pixels.begin() + y * width * 3);
    }
    Resizer().resize_box(from, {{top, left}, {height, width}}, {size, size}, boxed);
    RC_ASSERT(boxed.pixels == resize_bilinear(cut, size, size).pixels);
  });
}

TEST_CASE("a resizer that has seen a picture as large allocates nothing", "[data]") {
  const Image large = made_up(75, 100, 3), small = made_up(60, 80, 3);
  Resizer resizer;
  Image to;
  resizer.resize_and_crop(large, 32, to);
  const int64_t before = test::allocations();
  resizer.resize_and_crop(small, 32, to);
  CHECK(test::allocations() == before);
}

TEST_CASE("nothing cannot be resized", "[data]") {
  CHECK_THROWS_AS(resize_bilinear(Image(), 3, 3), ArgumentError);
  CHECK_THROWS_AS(resize_bilinear(made_up(2, 2, 3), 0, 3), ArgumentError);
  CHECK_THROWS_AS(resize_and_crop(made_up(2, 2, 3), 0), ArgumentError);
}
