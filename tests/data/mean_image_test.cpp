// SPDX-License-Identifier: Apache-2.0
// Chunks that share their draws, views of pictures, and the mean image under them.
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>
#include <fovea/data/normalizer.h>

#include <catch2/catch.hpp>

#include <set>

using namespace fovea;
using Catch::Matchers::Contains;
using Steps = std::vector<Augmentation>;

namespace {

// Pixel values tell their place.
Image numbered(int64_t height, int64_t width, int64_t channels) {
  Image image;
  image.resize(height, width, channels);
  for (size_t i = 0; i < image.pixels.size(); i++)
    image.pixels[i] = static_cast<uint8_t>(i * 7 % 251);
  return image;
}

std::shared_ptr<const MeanImage> mean_of(int64_t height, int64_t width, int64_t channels) {
  MeanImage mean{{height, width}, channels, {}};
  for (int64_t i = 0; i < height * width * channels; i++)
    mean.values.push_back(0.37f * static_cast<float>(i % 600));
  return std::make_shared<MeanImage>(mean);
}

Preprocessing per_pixel(PixelScale scale, std::shared_ptr<const MeanImage> mean, PerChannel std_dev,
                        MeanCrop crop = MeanCrop::same) {
  return {scale, Measured::per_pixel, std::move(std_dev), {}, std::move(mean), crop};
}

ColorPca some_components() {
  return {{6000, 500, 100}, {{{0.6f, 0.6f, 0.53f}, {0.7f, -0.1f, -0.7f}, {-0.3f, 0.8f, -0.5f}}}};
}

}  // namespace

TEST_CASE("pictures of a chunk share their draws, others do not", "[data]") {
  const int64_t shared = GENERATE(1, 3, 32);
  const RandomCrop crop{{4, 4}, 0, 0, shared};
  const HorizontalFlip flip{0.5f, shared};
  std::set<std::pair<int64_t, int64_t>> corners;
  int flipped = 0, chunks = 0;
  for (uint32_t place = 0; place < 960; place++) {
    const SampleKey key{9, 4, place * 613 % 960, place},
        first{9, 4, key.sample + 1, place / 32 * 32};
    const Corner corner = crop.corner(key, {256, 256});
    corners.insert({corner.top, corner.left});
    if (shared == 32) CHECK(corner == crop.corner(first, {256, 256}));
    if (shared == 32) CHECK(flip.chosen(key) == flip.chosen(first));
    const bool starts = place % shared == 0;
    chunks += starts ? 1 : 0;
    flipped += starts && flip.chosen(key) ? 1 : 0;
  }
  CHECK(std::ssize(corners) >= chunks * 97 / 100);
  CHECK(std::ssize(corners) <= chunks);
  CHECK(flipped == Approx(chunks / 2.0).epsilon(0.4));
}

TEST_CASE("the 2012 program has 33 x 33 x 2 views of a picture", "[data]") {
  std::set<std::tuple<int64_t, int64_t, bool>> views;
  Image spare;
  for (uint32_t place = 0; place < 40000; place++) {
    const SampleKey key{1, place, 0, place % 64};
    const Corner corner = RandomCrop{{224, 224}, 0, 0, 32}.corner(key, {256, 256});
    views.insert({corner.top, corner.left, HorizontalFlip{0.5f, 32}.chosen(key)});
  }
  CHECK(views.size() == 2178);
}

TEST_CASE("a view says where pixels came from", "[data]") {
  const Steps steps = GENERATE(Steps{HorizontalFlip{1}, RandomCrop{{5, 4}}},
                               Steps{RandomCrop{{5, 4}}, HorizontalFlip{1}},
                               Steps{HorizontalFlip{0.5f}, CenterCrop{{6, 3}}},
                               Steps{RandomCrop{{7, 9}}, HorizontalFlip{0.5f}});
  const Image before = numbered(8, 9, 3);
  for (uint32_t sample = 0; sample < 20; sample++) {
    Image image = before, spare;
    const PictureView view = augment(steps, {1, 0, sample, sample}, image, spare);
    for (int64_t y = 0; y < image.height; y++) {
      for (int64_t x = 0; x < image.width; x++) {
        const int64_t left = view.mirrored ? view.left - x : view.left + x;
        const auto from = static_cast<size_t>(((view.top + y) * 9 + left) * 3);
        REQUIRE(image.pixels[static_cast<size_t>((y * image.width + x) * 3)] ==
                before.pixels[from]);
      }
    }
  }
}

TEST_CASE("a mean image subtracted from a crop is that subtracted before cropping", "[data]") {
  const PixelScale scale = GENERATE(PixelScale::unit, PixelScale::raw);
  const PerChannel deviation = GENERATE(PerChannel(1), PerChannel(std::vector<float>{2, 3, 5}));
  const bool lit = GENERATE(false, true);
  const auto mean = mean_of(10, 12, 3);
  const Normalizer normalizer(per_pixel(scale, mean, deviation), 3, {10, 12});
  Steps steps{RandomCrop{{6, 7}}, HorizontalFlip{}};
  if (lit) steps.push_back(PcaColor{.divide = 1.1f, .pca = some_components()});
  const Image before = numbered(10, 12, 3);
  const float divisor = scale == PixelScale::unit ? 255.0f : 1.0f;
  for (uint32_t sample = 0; sample < 20; sample++) {
    Image image = before, spare;
    const PictureView view = augment(steps, {1, 0, sample, sample}, image, spare);
    std::vector<float> x(image.pixels.size());
    normalizer.apply(image, view, x.data());
    for (int64_t i = 0; i < std::ssize(x); i++) {
      const int64_t row = i / 21, column = i % 21 / 3, c = i % 3;
      const int64_t left = view.mirrored ? view.left - column : view.left + column;
      const auto from = static_cast<size_t>(((view.top + row) * 12 + left) * 3 + c);
      const volatile float pixel =
          static_cast<float>(before.pixels[from]) + view.light[static_cast<size_t>(c)];
      const volatile float scaled = pixel / divisor, means = mean->values[from] / divisor;
      const volatile float centred = scaled - means, divided = centred / view.divide;
      REQUIRE(x[static_cast<size_t>(i)] == divided / deviation[c]);
    }
  }
}

TEST_CASE("light without a mean image, on either scale", "[data]") {
  const PixelScale scale = GENERATE(PixelScale::unit, PixelScale::raw);
  const Preprocessing preprocessing{scale, 0.4f, 0.25f};
  const PictureView view{.light = {3.25f, -2, 0.5f}, .divide = 1.1f};
  const Image image = numbered(4, 5, 3);
  std::vector<float> x(image.pixels.size());
  Normalizer(preprocessing, 3).apply(image, view, x.data());
  for (size_t i = 0; i < x.size(); i++) {
    const volatile float pixel = static_cast<float>(image.pixels[i]) + view.light[i % 3];
    const volatile float scaled = pixel / (scale == PixelScale::unit ? 255.0f : 1.0f);
    const volatile float centred = scaled - 0.4f, divided = centred / 1.1f;
    CHECK(x[i] == divided / 0.25f);
  }
}

TEST_CASE("the centre of the mean image, whatever the crop", "[data]") {
  const auto mean = mean_of(9, 9, 1);
  const Normalizer normalizer(per_pixel(PixelScale::raw, mean, 1, MeanCrop::center), 1, {9, 9});
  const Image crop = numbered(4, 5, 1);
  const PictureView view = GENERATE(PictureView{}, PictureView{3, 4}, PictureView{5, 4, true});
  std::vector<float> x(20);
  normalizer.apply(crop, view, x.data());
  for (size_t i = 0; i < 20; i++) {
    const size_t from = (2 + i / 5) * 9 + 2 + i % 5;
    CHECK(x[i] == static_cast<float>(crop.pixels[i]) - mean->values[from]);
  }
}

TEST_CASE("pictures smaller than the mean image lie on its centre", "[data]") {
  const auto mean = mean_of(9, 9, 3);
  const auto preprocessing = per_pixel(PixelScale::raw, mean, 1);
  const Image picture = numbered(9, 9, 3);
  Image crop = picture, spare;
  const PictureView view = augment(Steps{CenterCrop{{4, 4}}}, {}, crop, spare);
  std::vector<float> whole(48), alone(48), several(96);
  Normalizer(preprocessing, 3, {9, 9}).apply(crop, view, whole.data());
  const Normalizer small(preprocessing, 3, {4, 4});
  small.apply(crop, alone.data());
  CHECK(alone == whole);
  std::vector<uint8_t> two = crop.pixels;
  two.insert(two.end(), crop.pixels.begin(), crop.pixels.end());
  small.apply(two, several.data());
  CHECK(std::vector<float>(several.begin() + 48, several.end()) == whole);
  Image back;
  back.resize(4, 4, 3);
  small.undo(alone.data(), back);
  CHECK(back.pixels == crop.pixels);
}

TEST_CASE("options take means and deviations and components from statistics", "[data]") {
  const auto mean = mean_of(8, 8, 3);
  const PictureStatistics statistics{
      5, {8, 8}, 3, mean->values, {51, 102, 153}, {25.5f, 51, 102}, some_components()};
  DataOptions options;
  options.mean = Measured::per_channel;
  options.std_dev = Measured::per_channel;
  options.augment = {PcaColor{}};
  const DataOptions unit = measured(options, statistics);
  CHECK(unit.mean == PerChannel(std::vector<float>{0.2f, 0.4f, 0.6f}));
  CHECK(unit.std_dev == PerChannel(std::vector<float>{0.1f, 0.2f, 0.4f}));
  CHECK(std::get<PcaColor>(unit.augment[0]).pca == some_components());
  options.scale = PixelScale::raw;
  CHECK(measured(options, statistics).mean == PerChannel(std::vector<float>{51, 102, 153}));
  options.mean = Measured::per_pixel;
  CHECK(*measured(options, statistics).mean_image == *mean);
}

TEST_CASE("statistics that are asked for and are not there", "[data]") {
  DataOptions options;
  options.train = SyntheticOptions{.shape = {3, 8, 8}, .classes = 2, .samples = 6};
  CHECK_NOTHROW(make_sources(options, 2, 1));
  options.std_dev = Measured::per_channel;
  CHECK_NOTHROW(make_sources(options, 2, 1));  // made-up pictures are measured at once
  options.train = DataPath{.path = "pictures"};
  CHECK_THAT(test::error_message<ConfigError>([&] { make_sources(options, 2, 1); }),
             Contains("data.std needs the statistics of the training pictures"));
  options.std_dev = 1;
  options.augment = {PcaColor{}};
  CHECK_THAT(test::error_message<ConfigError>([&] { make_train_source(options, 2, 1); }),
             Contains("data.augment: pca_color needs the statistics"));
  CHECK_THAT(test::error_message<ConfigError>([&] {
               Normalizer(Preprocessing{PixelScale::raw, Measured::per_channel, 1}, 3);
             }),
             Contains("mean is \"per_channel\", which is for data with statistics"));
  CHECK_THAT(test::error_message<ConfigError>([&] {
               Normalizer(per_pixel(PixelScale::raw, mean_of(4, 4, 3), 1), 3, {5, 4});
             }),
             Contains("the mean image has 4x4 pixels") && Contains("the pictures 5x4"));
}

TEST_CASE("a loader's batches are its pictures, augmented and normalised", "[data]") {
  DataOptions options;
  options.train = SyntheticOptions{.shape = {3, 8, 8}, .classes = 2, .samples = 7};
  options.scale = PixelScale::raw;
  options.mean = Measured::per_pixel;
  options.mean_image = mean_of(8, 8, 3);
  options.workers = GENERATE(0, 2);
  options.augment = {RandomCrop{{5, 5}, 0, 0, 3}, HorizontalFlip{0.5f, 3},
                     PcaColor{.root = true, .divide = 1.1f, .pca = some_components()}};
  const auto data = make_dataset(options.train, Split::train);
  const auto source = make_train_source(options, 4, 11);
  const Normalizer normalizer(options, 3, {8, 8});
  Batch batch;
  for (uint32_t b = 0; b < 4; b++) {
    source->next(batch);
    for (int64_t row = 0; row < batch.size(); row++) {
      const uint32_t sample = batch.samples[static_cast<size_t>(row)];
      Image image, spare;
      data->read(sample, image);
      const auto place = static_cast<uint32_t>(batch.index * 4 + row);
      const PictureView view =
          augment(options.augment, {11, batch.epoch, sample, place}, image, spare);
      std::vector<float> want(75);
      normalizer.apply(image, view, want.data());
      const auto got = batch.images.rows(row, row + 1).span<float>();
      CHECK(std::equal(want.begin(), want.end(), got.begin()));
    }
  }
}
