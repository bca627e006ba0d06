// SPDX-License-Identifier: Apache-2.0
// The real data set, from Debian's package dataset-fashion-mnist.
#include <fovea/data/data_options.h>

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <filesystem>

using namespace fovea;

namespace {

const std::string kFolder = "/usr/share/datasets/fashion-mnist";

std::shared_ptr<const Dataset> fashion_mnist(Split split) {
  return make_dataset(DataPath{kFolder, ""}, split);
}

}  // namespace

TEST_CASE("Fashion-MNIST: counts, classes, mean and standard deviation", "[data]") {
  if (!std::filesystem::exists(kFolder)) {
    WARN("test skipped: the package dataset-fashion-mnist is not installed");
    return;
  }
  const auto train = fashion_mnist(Split::train), val = fashion_mnist(Split::val);
  CHECK(train->image() == Shape{28, 28, 1});
  CHECK(class_sizes(*train) == std::vector<int64_t>(10, 6000));
  CHECK(class_sizes(*val) == std::vector<int64_t>(10, 1000));

  int64_t sum = 0, sum_of_squares = 0;
  Image image;
  for (int64_t i = 0; i < train->size(); i++) {
    train->read(i, image);
    for (const int64_t pixel : image.pixels) {
      sum += pixel;
      sum_of_squares += pixel * pixel;
    }
  }
  const double pixels = 60000.0 * 784;
  const double mean = static_cast<double>(sum) / pixels;
  const double variance = static_cast<double>(sum_of_squares) / pixels - mean * mean;
  CHECK(mean / 255 == Approx(0.28604).margin(5e-6));
  CHECK(std::sqrt(variance) / 255 == Approx(0.35302).margin(5e-6));
}
