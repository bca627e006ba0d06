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

std::vector<uint8_t> pixels(const SyntheticOptions& options, int64_t sample,
                            Split split = Split::train) {
  Image image;
  SyntheticDataset(options, split).read(sample, image);
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
  using Extents = std::vector<int64_t>;
  const Extents shape =
      GENERATE(Extents{1, 1, 1}, Extents{2, 5, 3}, Extents{1, 28, 28}, Extents{3, 227, 227});
  const SyntheticDataset data({.shape = shape, .classes = 4, .samples = 9});
  CHECK(data.size() == 9);
  CHECK(data.classes() == std::vector<std::string>{"0", "1", "2", "3"});
  Image image;
  for (int64_t i = 0; i < 9; i++) {
    CHECK(data.label(i) == i % 4);
    data.read(i, image);
    CHECK(Extents{image.channels, image.height, image.width} == shape);
    CHECK(data.image() == Shape{image.height, image.width, image.channels});
  }
}

TEST_CASE("synthetic: samples of a class are near each other, other classes far", "[data]") {
  const SyntheticOptions options = {.shape = {3, 33, 29}, .classes = 10, .samples = 100};
  for (int64_t i = 0; i < 10; i++) {
    const double same = distance(pixels(options, i), pixels(options, i + 10));
    const double other = distance(pixels(options, i), pixels(options, i + 11));
    CHECK(same > 10);  // noise
    CHECK(same < 0.85 * other);
  }
}

TEST_CASE("synthetic: a pure function of seed, split and sample", "[data]") {
  const SyntheticOptions options = {.shape = {3, 16, 16}, .classes = 2, .samples = 20};
  SyntheticOptions other_seed = options, quiet = options;
  other_seed.seed = 2;
  quiet.noise = 0;
  CHECK(pixels(options, 3) == pixels(options, 3));
  CHECK(pixels(options, 3) != pixels(options, 5));
  CHECK(pixels(options, 3) != pixels(other_seed, 3));
  CHECK(pixels(options, 3) != pixels(options, 3, Split::val));
  CHECK(pixels(quiet, 3) == pixels(quiet, 5));
  CHECK(distance(pixels(options, 3, Split::val), pixels(quiet, 3)) < 48);  // the class is the same
}

TEST_CASE("synthetic: the noise has the chosen size and mean 0", "[data]") {
  SyntheticOptions options = {.shape = {3, 64, 64}, .classes = 1, .samples = 2, .noise = 20};
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
  const SyntheticOptions options = {.shape = {1, 4, 4}, .classes = 2, .samples = 2};
  CHECK(SyntheticDataset(options, Split::train, {"cat", "dog"}).classes()[1] == "dog");
  CHECK_THAT(
      error_message<ArgumentError>([&] { SyntheticDataset(options, Split::train, {"cat"}); }),
      Contains("1 class names for 2 classes"));
}

TEST_CASE("synthetic: options out of range", "[data]") {
  CHECK_THAT(mistake({.samples = 0}), Contains("samples must be"));
  CHECK_THAT(mistake({.classes = 0}), Contains("classes must be"));
  CHECK_THAT(mistake({.shape = {3, 3}}), Contains("shape: [channels, height, width] wanted"));
  CHECK_THAT(mistake({.noise = 65}), Contains("noise must be"));
}
