// SPDX-License-Identifier: Apache-2.0
#include <fovea/data/fingerprint.h>
#include <fovea/data/loader.h>
#include <fovea/data/synthetic_dataset.h>

#include <catch2/catch.hpp>

using fovea::fingerprint;

namespace {

// Gray pictures of 2x2; one pixel of one of them, one label and one name can be chosen.
class Gray final : public fovea::Dataset {
 public:
  int32_t first_label = 0;
  uint8_t first_pixel = 0;

  explicit Gray(int64_t size, const std::string& name = "a")
      : Dataset(size, {2, 2, 1}, {name, "b"}) {}
  int32_t label(int64_t i) const override { return i == 0 ? first_label : 1; }
  void read(int64_t i, fovea::Image& image) const override {
    image.resize(2, 2, 1);
    std::fill(image.pixels.begin(), image.pixels.end(), static_cast<uint8_t>(i));
    if (i == 0) image.pixels[3] = first_pixel;
  }
};

}  // namespace

TEST_CASE("a fingerprint is that of sizes, names, labels and pixels") {
  Gray data(100);
  const std::string first = fingerprint(data);
  CHECK(first.size() == 64);
  CHECK(fingerprint(Gray(100)) == first);
  CHECK(fingerprint(Gray(101)) != first);
  CHECK(fingerprint(Gray(100, "c")) != first);
  data.first_label = 1;
  CHECK(fingerprint(data) != first);
  data.first_label = 0;
  data.first_pixel = 9;
  CHECK(fingerprint(data) != first);
}

TEST_CASE("a loader has the fingerprint of its data, whatever it does with them") {
  const auto data = std::make_shared<Gray>(10);
  const std::string wanted = fingerprint(*data);
  for (const int workers : {0, 1}) {
    const auto loader = make_loader(
        data, {}, {.batch_size = 3, .sampling = fovea::Sampling::shuffle, .workers = workers});
    CHECK(loader->fingerprint() == wanted);
  }
}
