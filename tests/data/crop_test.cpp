// SPDX-License-Identifier: Apache-2.0
#include "data/numbered_picture.h"
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/data/augmentation.h>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <map>

using namespace fovea;
using Catch::Matchers::Contains;
using Steps = std::vector<Augmentation>;

namespace {

// The definition: pixel (y, x) is the picture's at (top + y, left + x), or `fill` outside of it.
Image window(const Image& from, Corner corner, ImageSize size, int fill) {
  Image to;
  to.resize(size.height, size.width, from.channels);
  size_t at = 0;
  for (int64_t y = corner.top; y < corner.top + size.height; y++) {
    for (int64_t x = corner.left; x < corner.left + size.width; x++) {
      const bool inside = y >= 0 && y < from.height && x >= 0 && x < from.width;
      for (int64_t c = 0; c < from.channels; c++) {
        const auto pixel = static_cast<size_t>((y * from.width + x) * from.channels + c);
        to.pixels[at++] = inside ? from.pixels[pixel] : static_cast<uint8_t>(fill);
      }
    }
  }
  return to;
}

Image augmented(const Augmentation& step, Image image, const SampleKey& key = {}) {
  Image spare;
  augment(Steps{step}, key, image, spare);
  return image;
}

bool same(const Image& a, const Image& b) {
  return a.height == b.height && a.width == b.width && a.channels == b.channels &&
         a.pixels == b.pixels;
}

}  // namespace

TEST_CASE("a crop is the window at its corner and filled outside of the picture", "[data]") {
  rc::prop("as defined", [] {
    const auto upto = [](int64_t low, int64_t high) { return *rc::gen::inRange(low, high + 1); };
    const Image image = test::numbered_picture(upto(1, 9), upto(1, 9), upto(1, 4));
    const int64_t padding = upto(0, 12);
    const int fill = static_cast<int>(upto(0, 255));
    const ImageSize size = {upto(1, image.height + 2 * padding),
                            upto(1, image.width + 2 * padding)};
    const SampleKey key = {7, 1, static_cast<uint32_t>(upto(0, 1000))};
    const RandomCrop random = {size, padding, fill};
    const Corner corner = random.corner(key, {image.height, image.width});
    RC_ASSERT(corner.top >= -padding && corner.left >= -padding);
    RC_ASSERT(corner.top + size.height <= image.height + padding);
    RC_ASSERT(corner.left + size.width <= image.width + padding);
    RC_ASSERT(same(augmented(random, image, key), window(image, corner, size, fill)));
    const CenterCrop center = {size, fill};
    RC_ASSERT(same(augmented(center, image),
                   window(image, center.corner({image.height, image.width}), size, fill)));
  });
}

TEST_CASE("every place of a random crop is as likely", "[data]") {
  const RandomCrop crop = {{3, 4}, 1};  // 4 places by 5
  std::map<std::pair<int64_t, int64_t>, int> counts;
  for (uint32_t sample = 0; sample < 20000; sample++) {
    const Corner corner = crop.corner({5, 2, sample}, {4, 6});
    counts[{corner.top, corner.left}]++;
  }
  REQUIRE(counts.size() == 20);
  for (const auto& [place, count] : counts) CHECK(count == Approx(1000).margin(130));
  CHECK(counts.begin()->first == std::pair<int64_t, int64_t>{-1, -1});
  CHECK(counts.rbegin()->first == std::pair<int64_t, int64_t>{2, 3});
}

TEST_CASE("a random crop depends on seed and epoch and sample", "[data]") {
  const auto corners = [](uint64_t seed, uint32_t epoch) {
    std::vector<int64_t> all;
    for (uint32_t sample = 0; sample < 16; sample++) {
      const Corner corner = RandomCrop{{8, 8}, 4}.corner({seed, epoch, sample}, {8, 8});
      all.push_back(corner.top);
      all.push_back(corner.left);
    }
    return all;
  };
  CHECK(corners(1, 0) == corners(1, 0));
  CHECK(corners(1, 0) != corners(1, 1));
  CHECK(corners(1, 0) != corners(2, 0));
}

TEST_CASE("the centre is torchvision's", "[data]") {
  CHECK(CenterCrop{{224, 224}}.corner({256, 256}) == Corner{16, 16});
  CHECK(CenterCrop{{227, 227}}.corner({256, 256}) == Corner{14, 14});
  CHECK(CenterCrop{{225, 223}}.corner({256, 256}) == Corner{16, 16});  // 15.5, 16.5
  CHECK(CenterCrop{{32, 32}}.corner({32, 32}) == Corner{0, 0});
  CHECK(CenterCrop{{6, 9}}.corner({3, 5}) == Corner{-1, -2});
}

TEST_CASE("sizes after the steps and what evaluation takes", "[data]") {
  const Steps steps{HorizontalFlip{}, RandomCrop{{24, 20}, 2, 9}};
  CHECK(augmented_size(steps, {28, 28}) == ImageSize{24, 20});
  CHECK(evaluation_crop(steps) == CenterCrop{{24, 20}, 9});
  CHECK(!evaluation_crop(Steps{HorizontalFlip{}}));
  CHECK(augmented_size(Steps{CenterCrop{{99, 98}}}, {28, 28}) == ImageSize{99, 98});
  CHECK_THAT(
      test::error_message<ConfigError>([&] {
        augmented_size(steps, {19, 28});
      }),
      Contains(
          "random_crop takes pieces of 24x20 pixels (height x width), the pictures have 19x28, "
          "23x32 with their padding"));
}
