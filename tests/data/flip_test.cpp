// SPDX-License-Identifier: Apache-2.0
#include "data/numbered_picture.h"

#include <fovea/data/flip.h>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace fovea;

TEST_CASE("a flip mirrors left and right", "[data]") {
  rc::prop("pixel (y, x) becomes (y, w - 1 - x)", [] {
    const int64_t h = *rc::gen::inRange(1, 6), w = *rc::gen::inRange(1, 20);
    const int64_t channels = *rc::gen::inRange(1, 5);
    const Image before = test::numbered_picture(h, w, channels);
    Image after = before;
    HorizontalFlip{1}.apply({}, after);
    for (int64_t y = 0; y < h; y++) {
      for (int64_t x = 0; x < w; x++) {
        for (int64_t c = 0; c < channels; c++) {
          const auto at = [&](int64_t column) {
            return static_cast<size_t>((y * w + column) * channels + c);
          };
          RC_ASSERT(after.pixels[at(x)] == before.pixels[at(w - 1 - x)]);
        }
      }
    }
  });
}

TEST_CASE("p is the share of flipped samples", "[data]") {
  const float p = GENERATE(0.0f, 0.25f, 0.5f, 1.0f);
  int flipped = 0;
  for (uint32_t sample = 0; sample < 4000; sample++) {
    flipped += HorizontalFlip{p}.chosen({7, 3, sample}) ? 1 : 0;
  }
  CHECK(flipped == Approx(4000 * p).margin(p == 0 || p == 1 ? 0 : 120));
}

TEST_CASE("a flip depends on seed, epoch and sample", "[data]") {
  const auto pattern = [](uint64_t seed, uint32_t epoch) {
    uint64_t bits = 0;
    for (uint32_t sample = 0; sample < 64; sample++) {
      bits = bits << 1 | (HorizontalFlip{}.chosen({seed, epoch, sample}) ? 1 : 0);
    }
    return bits;
  };
  CHECK(pattern(1, 0) == pattern(1, 0));
  CHECK(pattern(1, 0) != pattern(1, 1));
  CHECK(pattern(1, 0) != pattern(2, 0));
}
