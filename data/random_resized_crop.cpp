// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/math.h>
#include <fovea/core/random.h>
#include <fovea/data/image_file.h>
#include <fovea/data/random_resized_crop.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fovea {

namespace {

constexpr uint64_t kTries = 10;
constexpr uint32_t kDetail = 2;  // among the streams of crops

// To the nearest, halves to the even one.
int64_t rounded(double value) { return static_cast<int64_t>(std::nearbyint(value)); }

// In the middle, the largest whose shape is allowed.
Box middle(ImageSize image, double low, double high) {
  ImageSize size = image;
  const auto height = static_cast<double>(image.height), width = static_cast<double>(image.width);
  if (width / height < low) {
    size.height = std::max<int64_t>(1, rounded(width / low));
  } else if (width / height > high) {
    size.width = std::max<int64_t>(1, rounded(height * high));
  }
  return {{(image.height - size.height) / 2, (image.width - size.width) / 2}, size};
}

void check_range(const Config& config, const char* name, const std::vector<float>& range) {
  const bool good = range.size() == 2 && range[0] <= range[1];
  if (!good) config.find(name).error("two numbers wanted: the lowest and the highest");
}

}  // namespace

Fields<RandomResizedCrop> RandomResizedCrop::fields() {
  using R = RandomResizedCrop;
  return Fields<R>("random_resized_crop",
                   "resizes a piece of random size, shape and place, as torchvision; the first "
                   "step; evaluation takes the centre of the picture that data.resize has made")
      .required("size", &R::size, "of the result; model.input is as large",
                between(1, kMaxImageSide))
      .field("scale", &R::scale, "share of the picture's area, from and to", above(0) && at_most(1))
      .field("ratio", &R::ratio, "width over height, from and to", above(0))
      .check([](const Config& config, const R& crop) {
        check_range(config, "scale", crop.scale);
        check_range(config, "ratio", crop.ratio);
      });
}

Box RandomResizedCrop::box(const SampleKey& key, ImageSize image) const {
  const RandomStream random(key.seed, Purpose::crop, kDetail, key.epoch, key.sample);
  const double area = static_cast<double>(image.height) * static_cast<double>(image.width);
  const float low = math::log(ratio[0]), high = math::log(ratio[1]);
  for (uint64_t element = 0; element < 4 * kTries; element += 4) {
    const double wanted = area * double{random.uniform(element, scale[0], scale[1])};
    const double shape = double{math::exp(random.uniform(element + 1, low, high))};
    const ImageSize piece{rounded(std::sqrt(wanted / shape)), rounded(std::sqrt(wanted * shape))};
    const bool fits = piece.width > 0 && piece.width <= image.width && piece.height > 0 &&
                      piece.height <= image.height;
    if (!fits) continue;
    const auto place = [&](uint64_t which, int64_t extent, int64_t side) {
      return int64_t{random.below(element + which, static_cast<uint32_t>(extent - side + 1))};
    };
    return {{place(2, image.height, piece.height), place(3, image.width, piece.width)}, piece};
  }
  return middle(image, double{ratio[0]}, double{ratio[1]});
}

void RandomResizedCrop::apply(const SampleKey& key, Image& image, Image& spare,
                              Resizer& resizer) const {
  resizer.resize_box(image, box(key, {image.height, image.width}), size, spare);
  std::swap(image, spare);
}

}  // namespace fovea
