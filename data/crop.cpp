// SPDX-License-Identifier: Apache-2.0
#include "centre.h"
#include "cut.h"

#include <fovea/core/error.h>
#include <fovea/data/crop.h>

#include <utility>

namespace fovea {

namespace {

constexpr int64_t kMaxSide = 16384;  // of a crop, and of its padding

void cut_out(Corner corner, ImageSize size, int fill, Image& image, Image& spare) {
  if (corner == Corner{} && size == ImageSize{image.height, image.width}) return;
  detail::cut(corner, size, fill, image, spare);
  std::swap(image, spare);
}

}  // namespace

Fields<RandomCrop> RandomCrop::fields() {
  using R = RandomCrop;
  return Fields<R>("random_crop",
                   "cuts a piece out at a random place; evaluation takes the centre instead")
      .required("size", &R::size, "of the piece; model.input is as large", between(1, kMaxSide))
      .field("padding", &R::padding, "pixels that are put on each side before",
             between(0, kMaxSide))
      .field("fill", &R::fill, "value of those pixels", between(0, 255))
      .field("shared_by", &R::shared_by,
             "so many pictures that follow each other in an epoch are cut at one place; 32 in the "
             "authors' program",
             between(1, 1 << 24));
}

void RandomCrop::check(ImageSize image) const {
  const ImageSize padded = {image.height + 2 * padding, image.width + 2 * padding};
  if (size.height <= padded.height && size.width <= padded.width) return;
  throw ConfigError("data.augment: random_crop takes pieces of " + size.to_string() +
                    " pixels (height x width), the pictures have " + image.to_string() +
                    (padding > 0 ? ", " + padded.to_string() + " with their padding" : "") +
                    "; make size smaller or padding larger");
}

Corner RandomCrop::corner(const SampleKey& key, ImageSize image) const {
  const RandomStream random = key.stream(Purpose::crop, shared_by);
  const auto place = [&](uint64_t element, int64_t extent, int64_t piece) {
    const auto places = static_cast<uint32_t>(extent + 2 * padding - piece + 1);
    return int64_t{random.below(element, places)} - padding;
  };
  return {place(0, image.height, size.height), place(1, image.width, size.width)};
}

Corner RandomCrop::apply(const SampleKey& key, Image& image, Image& spare) const {
  const Corner place = corner(key, {image.height, image.width});
  cut_out(place, size, fill, image, spare);
  return place;
}

Fields<CenterCrop> CenterCrop::fields() {
  using C = CenterCrop;
  return Fields<C>("center_crop", "takes the centre, in training and in evaluation")
      .required("size", &C::size, "of the centre; model.input is as large", between(1, kMaxSide))
      .field("fill", &C::fill, "value of what stands around smaller pictures", between(0, 255));
}

Corner CenterCrop::corner(ImageSize image) const {
  return {detail::before_centre(image.height - size.height),
          detail::before_centre(image.width - size.width)};
}

Corner CenterCrop::apply(Image& image, Image& spare) const {
  const Corner place = corner({image.height, image.width});
  cut_out(place, size, fill, image, spare);
  return place;
}

}  // namespace fovea
