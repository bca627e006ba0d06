// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/data/normalizer.h>

#include <catch2/catch.hpp>

#include <limits>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

// Every pixel value in every channel.
Image all_values(int64_t channels) {
  Image image;
  image.resize(16, 16, channels);
  for (size_t i = 0; i < image.pixels.size(); i++) {
    image.pixels[i] = static_cast<uint8_t>(static_cast<int64_t>(i) / channels);
  }
  return image;
}

std::vector<float> apply(const Preprocessing& preprocessing, const Image& image) {
  std::vector<float> x(image.pixels.size());
  Normalizer(preprocessing, image.channels).apply(image, x.data());
  return x;
}

std::string mistake(const Preprocessing& preprocessing, int64_t channels) {
  return error_message<ConfigError>([&] { Normalizer(preprocessing, channels); });
}

}  // namespace

TEST_CASE("normalisation is (pixel / 255 - mean) / std, each step rounded to float", "[data]") {
  const int64_t channels = GENERATE(1, 2, 3, 4);
  const Preprocessing preprocessing = {PixelScale::unit, 0.286f, 0.353f};
  const std::vector<float> x = apply(preprocessing, all_values(channels));
  for (size_t i = 0; i < x.size(); i++) {
    const volatile float unit = static_cast<float>(static_cast<int64_t>(i) / channels) / 255.0f;
    const volatile float centred = unit - 0.286f;
    REQUIRE(x[i] == centred / 0.353f);
  }
}

TEST_CASE("what was normalised is brought back to its pixels", "[data]") {
  const Preprocessing preprocessing = GENERATE(
      Preprocessing{PixelScale::unit, 0.286f, 0.353f}, Preprocessing{PixelScale::raw, 120, 1},
      Preprocessing{PixelScale::unit, std::vector<float>{0.485f, 0.456f, 0.406f},
                    std::vector<float>{0.229f, 0.224f, 0.225f}});
  const Image image = all_values(3);
  const std::vector<float> x = apply(preprocessing, image);
  Image back;
  back.resize(16, 16, 3);
  Normalizer(preprocessing, 3).undo(x.data(), back);
  CHECK(back.pixels == image.pixels);
  const std::vector<float> odd(back.pixels.size(), std::numeric_limits<float>::quiet_NaN());
  Normalizer(preprocessing, 3).undo(odd.data(), back);
  CHECK(back.pixels == std::vector<uint8_t>(back.pixels.size(), 0));
}

TEST_CASE("raw pixels stay 0..255, each channel with numbers of its own", "[data]") {
  const Preprocessing preprocessing = {PixelScale::raw, {{100, 110, 120}}, {{1, 2, 4}}};
  const std::vector<float> x = apply(preprocessing, all_values(3));
  for (int pixel = 0; pixel < 256; pixel++) {
    const float value = static_cast<float>(pixel);
    CHECK(x[static_cast<size_t>(3 * pixel)] == value - 100);
    CHECK(x[static_cast<size_t>(3 * pixel + 1)] == (value - 110) / 2);
    CHECK(x[static_cast<size_t>(3 * pixel + 2)] == (value - 120) / 4);
  }
}

TEST_CASE("the default maps 0..255 to 0..1", "[data]") {
  const std::vector<float> x = apply({}, all_values(1));
  CHECK(x.front() == 0);
  CHECK(x[128] == 128.0f / 255.0f);
  CHECK(x.back() == 1);
}

TEST_CASE("preprocessing that does not fit the images", "[data]") {
  CHECK_THAT(mistake({PixelScale::unit, {{1, 2}}, 1}, 3),
             Contains("mean has 2 numbers; images of 3 channels need 1 or 3"));
  CHECK_THAT(mistake({PixelScale::unit, 0, {{1, 1, 1}}}, 1),
             Contains("std has 3 numbers; images of 1 channel need 1"));
  CHECK_THAT(mistake({PixelScale::unit, std::vector<float>(), 1}, 1),
             Contains("mean has 0 numbers"));
  CHECK_THAT(mistake({PixelScale::unit, 0, 0}, 1), Contains("std") && Contains("not positive"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THAT(mistake({PixelScale::unit, nan, 1}, 1), Contains("mean") && Contains("not finite"));
}

TEST_CASE("preprocessing is read from and written to JSON", "[data]") {
  const std::string text =
      GENERATE(R"({"exif": "ignore", "scale": "unit", "mean": 0, "std": 1})",
               R"({"resize": 256, "exif": "apply", "scale": "raw", "mean": 0.286, "std": 2})",
               R"({"exif": "ignore", "scale": "unit", "mean": [0.485, 0.456, 0.406], )"
               R"("std": [0.229, 0.224, 0.225]})");
  const Config config = Config::parse(text);
  const auto preprocessing = config.as<Preprocessing>();
  config.check();
  REQUIRE(preprocessing);
  JsonWriter json;
  ConfigValue<Preprocessing>::write(json, *preprocessing);
  CHECK(json.str() == text);
}
