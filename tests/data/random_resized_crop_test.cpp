// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/core/math.h>
#include <fovea/data/data_options.h>

#include <catch2/catch.hpp>

#include <cmath>

using namespace fovea;
using Catch::Matchers::Contains;

namespace {

std::string crop_error(const std::string& steps) {
  const Config config = Config::parse(R"({"train": "x", "augment": )" + steps + "}");
  DataOptions::fields().read(config);
  return test::error_message<ConfigError>([&] { config.check(); });
}

// Pictures of several sizes, which the data set itself makes 8 by 8.
class Various final : public Dataset {
 public:
  Various() : Dataset(9, {8, 8, 3}, {"a"}) {}

  int32_t label(int64_t) const override { return 0; }
  void read(int64_t i, Image& image) const override { fill(i, 8, 8, image); }
  void read_whole(int64_t i, Image& image) const override { fill(i, 20 + 3 * i, 40 - i, image); }

 private:
  static void fill(int64_t i, int64_t height, int64_t width, Image& image) {
    image.resize(height, width, 3);
    for (size_t k = 0; k < image.pixels.size(); k++)
      image.pixels[k] = static_cast<uint8_t>(k * 31 % 253 + static_cast<size_t>(i));
  }
};

}  // namespace

// torchvision's RandomResizedCrop.get_params, with the numbers drawn here.
TEST_CASE("the piece is the first of ten that fits, as in torchvision", "[data]") {
  const ImageSize image = GENERATE(ImageSize{300, 400}, ImageSize{97, 31}, ImageSize{5, 5});
  const RandomResizedCrop crop{{8, 8}};
  for (uint32_t sample = 0; sample < 300; sample++) {
    const SampleKey key{3, 2, sample, 0};
    const RandomStream random(3, Purpose::crop, 2, 2, sample);
    const Box box = crop.box(key, image);
    bool found = false;
    for (uint64_t t = 0; t < 10 && !found; t++) {
      const float share = 0.08f + (1.0f - 0.08f) * random.uniform(4 * t);
      const float low = math::log(0.75f), high = math::log(4.0f / 3.0f);
      const double shape = double{math::exp(low + (high - low) * random.uniform(4 * t + 1))};
      const double area = static_cast<double>(image.height * image.width) * double{share};
      const auto w = static_cast<int64_t>(std::nearbyint(std::sqrt(area * shape)));
      const auto h = static_cast<int64_t>(std::nearbyint(std::sqrt(area / shape)));
      found = w > 0 && w <= image.width && h > 0 && h <= image.height;
      if (!found) continue;
      CHECK(box.size == ImageSize{h, w});
      CHECK(box.corner.top == random.below(4 * t + 2, static_cast<uint32_t>(image.height - h + 1)));
      CHECK(box.corner.left == random.below(4 * t + 3, static_cast<uint32_t>(image.width - w + 1)));
    }
  }
}

TEST_CASE("where none fits the middle is taken, within the ratios", "[data]") {
  const RandomResizedCrop crop{{8, 8}, {1, 1}};  // the whole area of a picture far from square
  CHECK(crop.box({}, {1000, 10}).size == ImageSize{13, 10});
  CHECK(crop.box({}, {1000, 10}).corner == Corner{493, 0});
  CHECK(crop.box({}, {10, 1000}).size == ImageSize{10, 13});
  CHECK(crop.box({}, {10, 1000}).corner == Corner{0, 493});
  CHECK(crop.box({}, {1, 1}).size == ImageSize{1, 1});
  CHECK(RandomResizedCrop{{8, 8}, {1, 1}, {1, 1}}.box({}, {7, 7}).size == ImageSize{7, 7});
}

TEST_CASE("shares of the area and shapes are spread evenly", "[data]") {
  const RandomResizedCrop crop{{8, 8}};
  const double pixels = 1000.0 * 1000.0;
  double share = 0, shape = 0;
  constexpr uint32_t kDraws = 4000;
  for (uint32_t sample = 0; sample < kDraws; sample++) {
    const Box box = crop.box({1, 0, sample, 0}, {1000, 1000});
    const auto h = static_cast<double>(box.size.height), w = static_cast<double>(box.size.width);
    share += h * w / pixels;
    shape += std::log(w / h);
    CHECK(w / h == Approx(1).margin(0.34));
    CHECK(box.corner.top + box.size.height <= 1000);
  }
  CHECK(share / kDraws == Approx(0.478).margin(0.015));  // not all large ones fit
  CHECK(shape / kDraws == Approx(0).margin(0.01));
}

TEST_CASE("a loader resizes pieces of the pictures as they are stored", "[data]") {
  const auto data = std::make_shared<Various>();
  LoaderOptions options{.batch_size = 4, .seed = 6, .workers = GENERATE(0, 2)};
  options.augment = {RandomResizedCrop{{6, 5}}, HorizontalFlip{}};
  const auto source = make_loader(data, {PixelScale::raw}, options);
  CHECK(source->image() == Shape{6, 5, 3});
  Batch batch;
  for (int64_t b = 0; b < source->batches(); b++) {
    source->next(batch);
    for (int64_t row = 0; row < batch.size(); row++) {
      const uint32_t sample = batch.samples[static_cast<size_t>(row)];
      const SampleKey key{6, 0, sample, static_cast<uint32_t>(4 * b + row)};
      Image whole, piece;
      data->read_whole(sample, whole);
      Resizer().resize_box(whole, RandomResizedCrop{{6, 5}}.box(key, {whole.height, whole.width}),
                           {6, 5}, piece);
      HorizontalFlip{}.apply(key, piece);
      const auto got = batch.images.rows(row, row + 1).span<float>();
      CHECK(std::equal(piece.pixels.begin(), piece.pixels.end(), got.begin()));
    }
  }
  CHECK(evaluation_crop(options.augment) == CenterCrop{{6, 5}});
}

TEST_CASE("mistakes with random_resized_crop are named", "[data]") {
  CHECK_THAT(crop_error(R"([{"type": "random_resized_crop"}])"), Contains("size"));
  CHECK_THAT(crop_error(R"([{"type": "random_resized_crop", "size": 8, "scale": [1, 0.5]}])"),
             Contains("scale") && Contains("the lowest and the highest"));
  CHECK_THAT(crop_error(R"([{"type": "random_resized_crop", "size": 8, "ratio": [1]}])"),
             Contains("ratio"));
  CHECK_THAT(
      crop_error(R"([{"type": "horizontal_flip"}, {"type": "random_resized_crop", "size": 8}])"),
      Contains("put it first"));
  Preprocessing per_pixel{PixelScale::raw, Measured::per_pixel};
  per_pixel.mean_image =
      std::make_shared<MeanImage>(MeanImage{{8, 8}, 3, std::vector<float>(192, 1)});
  LoaderOptions options{.batch_size = 4, .augment = {RandomResizedCrop{{6, 5}}}};
  const auto make = [&] { make_loader(std::make_shared<Various>(), per_pixel, options); };
  CHECK_THAT(test::error_message<ConfigError>(make), Contains("has no place on the mean image"));
  per_pixel.mean_crop = MeanCrop::center;
  CHECK_NOTHROW(make());
}
