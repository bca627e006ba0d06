// SPDX-License-Identifier: Apache-2.0
// Colour jitter and lighting.
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/data/augmentation.h>
#include <fovea/data/data_options.h>

#include <catch2/catch.hpp>
#include <zlib.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>

using namespace fovea;
using Catch::Matchers::Contains;

namespace {

// 64^3 colours, each once; or as many values of gray.
Image all_colors(int64_t channels = 3) {
  Image image;
  image.resize(512, 512, channels);
  for (uint32_t i = 0; i < 1u << 18; i++) {
    for (uint32_t c = 0; c < channels; c++) {
      const uint32_t k = i >> (6 * c) & 63;
      image.pixels[i * static_cast<size_t>(channels) + c] = static_cast<uint8_t>(4 * k + (k & 3));
    }
  }
  return image;
}

uint32_t crc_after(const std::function<void(Image&)>& change) {
  Image image = all_colors();
  change(image);
  return static_cast<uint32_t>(
      crc32(0, image.pixels.data(), static_cast<uInt>(image.pixels.size())));
}

ColorPca components() {
  // numpy.linalg.eigh of [[5, 2, 1], [2, 4, 0.5], [1, 0.5, 3]], the largest first.
  return {{6.872575194f, 2.811167077f, 2.316257728f},
          {{{0.76657495f, 0.58123713f, 0.27299496f},
            {0.11265418f, -0.54025416f, 0.83392714f},
            {0.63219608f, -0.60851363f, -0.4796241f}}}};
}

std::vector<SampleKey> keys(uint32_t count) {
  std::vector<SampleKey> all;
  for (uint32_t i = 0; i < count; i++) all.push_back({3, i / 100, i % 100, i % 100});
  return all;
}

}  // namespace

// The values: Pillow 13.0's ImageEnhance and its HSV, as torchvision's functional_pil uses them.
TEST_CASE("colours change as in Pillow, bit for bit", "[data]") {
  CHECK(crc_after([](Image& i) { adjust_hue(i, 0); }) == 0x42460bb7);
  CHECK(crc_after([](Image& i) { adjust_hue(i, 0.1f); }) == 0x14cea4c2);
  CHECK(crc_after([](Image& i) { adjust_hue(i, -0.3f); }) == 0xa3febd73);
  CHECK(crc_after([](Image& i) { adjust_hue(i, 0.5f); }) == 0x948260cf);
  CHECK(crc_after([](Image& i) { adjust_brightness(i, 0.3f); }) == 0xf6cbd9ae);
  CHECK(crc_after([](Image& i) { adjust_brightness(i, 1.7f); }) == 0xb978be95);
  CHECK(crc_after([](Image& i) { adjust_contrast(i, 0.3f); }) == 0x76c67fd5);
  CHECK(crc_after([](Image& i) { adjust_contrast(i, 1.7f); }) == 0x34354897);
  CHECK(crc_after([](Image& i) { adjust_saturation(i, 0.3f); }) == 0x5120d70);
  CHECK(crc_after([](Image& i) { adjust_saturation(i, 1.7f); }) == 0xcde6cf39);
}

TEST_CASE("what jitter draws is spread as torchvision's", "[data]") {
  const ColorJitter jitter = {0.4f, 1.5f, 0.2f, 0.1f};
  constexpr uint32_t kDraws = 6000;
  std::map<std::array<ColorJitter::Kind, 4>, int> orders;
  double brightness = 0, contrast = 0, hue = 0;
  for (const SampleKey& key : keys(kDraws)) {
    const ColorJitter::Draw draw = jitter.draw(key);
    orders[draw.order]++;
    REQUIRE((draw.brightness >= 0.6f && draw.brightness <= 1.4f));
    REQUIRE((draw.contrast >= 0 && draw.contrast <= 2.5f));
    REQUIRE((draw.saturation >= 0.8f && draw.saturation <= 1.2f));
    REQUIRE((draw.hue >= -0.1f && draw.hue <= 0.1f));
    brightness += draw.brightness;
    contrast += draw.contrast;
    hue += draw.hue;
  }
  CHECK(brightness / kDraws == Approx(1).margin(0.015));
  CHECK(contrast / kDraws == Approx(1.25).margin(0.05));
  CHECK(hue / kDraws == Approx(0).margin(0.004));
  REQUIRE(orders.size() == 24);
  for (const auto& [order, count] : orders) CHECK(count == Approx(250).margin(70));
}

TEST_CASE("jitter is the four changes in the drawn order", "[data]") {
  const ColorJitter jitter = {0.4f, 0.4f, 0.4f, 0.1f};
  for (const SampleKey& key : keys(4)) {
    const ColorJitter::Draw draw = jitter.draw(key);
    Image want = all_colors(), got = want, spare;
    const std::map<ColorJitter::Kind, std::function<void()>> change = {
        {ColorJitter::Kind::brightness, [&] { adjust_brightness(want, draw.brightness); }},
        {ColorJitter::Kind::contrast, [&] { adjust_contrast(want, draw.contrast); }},
        {ColorJitter::Kind::saturation, [&] { adjust_saturation(want, draw.saturation); }},
        {ColorJitter::Kind::hue, [&] { adjust_hue(want, draw.hue); }}};
    for (const ColorJitter::Kind kind : draw.order) change.at(kind)();
    CHECK(augment(std::vector<Augmentation>{jitter}, key, got, spare) == PictureView{});
    CHECK(got.pixels == want.pixels);
  }
  Image gray = all_colors(1), same = gray;
  ColorJitter{0, 0, 1, 0.5f}.apply({}, gray);
  CHECK(gray.pixels == same.pixels);
}

TEST_CASE("light is the eigenvectors times normals times eigenvalues", "[data]") {
  const bool root = GENERATE(false, true);
  const PcaColor color{.std_dev = 0.1f, .root = root, .pca = components()};
  for (const SampleKey& key : keys(20)) {
    const RandomStream random(key.seed, Purpose::lighting, 0, key.epoch, key.sample);
    const auto light = color.light(key);
    for (size_t c = 0; c < 3; c++) {
      double want = 0;
      for (size_t i = 0; i < 3; i++) {
        const double value = components().values[i];
        want += double{components().vectors[i][c]} * 0.1 * double{normal(random, i)} *
                (root ? std::sqrt(value) : value / 255);
      }
      CHECK(double{light[c]} == Approx(want).margin(1e-6));
    }
  }
}

TEST_CASE("with square roots, light spreads as std times the colours do", "[data]") {
  const PcaColor color{.std_dev = 0.1f, .root = true, .pca = components()};
  std::array<double, 3> squares{};
  double product = 0;
  constexpr uint32_t kDraws = 20000;
  for (const SampleKey& key : keys(kDraws)) {
    const auto light = color.light(key);
    for (size_t c = 0; c < 3; c++) squares[c] += double{light[c]} * double{light[c]};
    product += double{light[0]} * double{light[1]};
  }
  // The covariance of components(), times 0.01.
  CHECK(squares[0] / kDraws == Approx(0.05).epsilon(0.05));
  CHECK(squares[1] / kDraws == Approx(0.04).epsilon(0.05));
  CHECK(squares[2] / kDraws == Approx(0.03).epsilon(0.05));
  CHECK(product / kDraws == Approx(0.02).epsilon(0.08));
}

TEST_CASE("lighting ends with its last epoch, and what it divides by with it", "[data]") {
  const std::vector<Augmentation> steps = {
      PcaColor{.divide = 1.1f, .until_epoch = 2, .pca = components()}};
  Image image = all_colors(), spare;
  for (uint32_t epoch = 0; epoch < 4; epoch++) {
    const PictureView view = augment(steps, {1, epoch, 5, 5}, image, spare);
    CHECK(view.is_lit() == (epoch < 2));
    CHECK(view.divide == (epoch < 2 ? 1.1f : 1));
  }
}

TEST_CASE("colour steps that do not go together or with the pictures", "[data]") {
  const std::vector<Augmentation> lit{PcaColor{}}, jitter{ColorJitter{}};
  CHECK_THAT(test::error_message<ConfigError>([&] { check_channels(lit, 1); }),
             Contains("pca_color takes pictures with 3 channels, these have 1"));
  CHECK_THAT(test::error_message<ConfigError>([&] { check_channels(jitter, 4); }),
             Contains("color_jitter"));
  CHECK_NOTHROW(check_channels(jitter, 1));
  const Config config = Config::parse(R"({"train": "x", "std": "per_pixel",
      "augment": [{"type": "pca_color", "divide": 0}, {"type": "color_jitter", "hue": 0.6}]})");
  DataOptions::fields().read(config);
  const std::string message = test::error_message<ConfigError>([&] { config.check(); });
  CHECK_THAT(message, Contains("divide") && Contains("hue"));
  const Config order = Config::parse(R"({"train": "x", "std": "per_pixel",
      "augment": [{"type": "pca_color"}, {"type": "color_jitter", "hue": 0.5}]})");
  DataOptions::fields().read(order);
  CHECK_THAT(test::error_message<ConfigError>([&] { order.check(); }),
             Contains("put it behind color_jitter") && Contains("std"));
}
