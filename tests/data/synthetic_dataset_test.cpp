// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/data/synthetic_dataset.h>

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

std::vector<uint8_t> pixels(const SyntheticOptions& options, int64_t sample) {
  Image image;
  SyntheticDataset(options).read(sample, image);
  return image.pixels;
}

// Mean absolute difference.
double distance(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  int64_t sum = 0;
  for (size_t i = 0; i < a.size(); i++) sum += std::abs(a[i] - b[i]);
  return static_cast<double>(sum) / static_cast<double>(a.size());
}

std::string mistake(const SyntheticOptions& options) {
  return error_message<ArgumentError>([&] { SyntheticDataset{options}; });
}

}  // namespace

TEST_CASE("synthetic: shapes, labels, classes", "[data]") {
  const Shape shape =
      GENERATE(Shape{1, 1, 1}, Shape{5, 3, 2}, Shape{28, 28, 1}, Shape{227, 227, 3});
  const SyntheticDataset data({.samples = 9, .classes = 4, .image = shape});
  CHECK(data.size() == 9);
  CHECK(data.classes() == std::vector<std::string>{"0", "1", "2", "3"});
  Image image;
  for (int64_t i = 0; i < 9; i++) {
    CHECK(data.label(i) == i % 4);
    data.read(i, image);
    CHECK(Shape{image.height, image.width, image.channels} == shape);
    CHECK(static_cast<int64_t>(image.pixels.size()) == shape.elements());
  }
}

TEST_CASE("synthetic: samples of a class are near each other, other classes far", "[data]") {
  const SyntheticOptions options = {.samples = 100, .classes = 10, .image = {33, 29, 3}};
  for (int64_t i = 0; i < 10; i++) {
    const double same = distance(pixels(options, i), pixels(options, i + 10));
    const double other = distance(pixels(options, i), pixels(options, i + 11));
    CHECK(same > 10);  // noise
    CHECK(same < 0.85 * other);
  }
}

TEST_CASE("synthetic: a pure function of seed, split and sample", "[data]") {
  const SyntheticOptions options = {.samples = 20, .classes = 2, .image = {16, 16, 3}};
  SyntheticOptions other_seed = options, other_split = options, quiet = options;
  other_seed.seed = 2;
  other_split.split = 1;
  quiet.noise = 0;
  CHECK(pixels(options, 3) == pixels(options, 3));
  CHECK(pixels(options, 3) != pixels(options, 5));
  CHECK(pixels(options, 3) != pixels(other_seed, 3));
  CHECK(pixels(options, 3) != pixels(other_split, 3));
  CHECK(pixels(quiet, 3) == pixels(quiet, 5));
  CHECK(distance(pixels(other_split, 3), pixels(quiet, 3)) < 48);  // the class is the same
}

TEST_CASE("synthetic: the noise has the chosen size and mean 0", "[data]") {
  SyntheticOptions options = {.samples = 2, .classes = 1, .image = {64, 64, 3}, .noise = 20};
  const std::vector<uint8_t> noisy = pixels(options, 0);
  options.noise = 0;
  const std::vector<uint8_t> clean = pixels(options, 0);
  int lowest = 0, highest = 0;
  double sum = 0;
  for (size_t i = 0; i < noisy.size(); i++) {
    const int difference = noisy[i] - clean[i];
    lowest = std::min(lowest, difference);
    highest = std::max(highest, difference);
    sum += difference;
  }
  CHECK(lowest == -20);
  CHECK(highest == 20);
  CHECK(std::abs(sum / static_cast<double>(noisy.size())) < 0.5);
}

TEST_CASE("synthetic: names of classes", "[data]") {
  const SyntheticOptions options = {.samples = 2, .classes = 2, .image = {4, 4, 1}};
  CHECK(SyntheticDataset(options, {"cat", "dog"}).classes()[1] == "dog");
  CHECK_THAT(error_message<ArgumentError>([&] { SyntheticDataset(options, {"cat"}); }),
             Contains("1 class names for num_classes 2"));
}

TEST_CASE("synthetic: options out of range", "[data]") {
  CHECK_THAT(mistake({.samples = 0}), Contains("size must be"));
  CHECK_THAT(mistake({.classes = 0}), Contains("num_classes must be"));
  CHECK_THAT(mistake({.image = {3, 3}}), Contains("image_size must be"));
  CHECK_THAT(mistake({.noise = 65}), Contains("noise must be"));
}
