// SPDX-License-Identifier: Apache-2.0
#include <fovea/data/flip.h>

#include <algorithm>

namespace fovea {

namespace {

// kChannels 0: any number.
template <int kChannels>
void mirror_row(uint8_t* row, int64_t width, int64_t channels) {
  if (kChannels != 0) channels = kChannels;
  uint8_t* left = row;
  uint8_t* right = row + (width - 1) * channels;
  for (; left < right; left += channels, right -= channels) {
    std::swap_ranges(left, left + channels, right);
  }
}

}  // namespace

void mirror(Image& image) {
  const auto mirror_one = image.channels == 1   ? mirror_row<1>
                          : image.channels == 3 ? mirror_row<3>
                                                : mirror_row<0>;
  for (int64_t y = 0; y < image.height; y++) {
    mirror_one(image.pixels.data() + y * image.width * image.channels, image.width, image.channels);
  }
}

Fields<HorizontalFlip> HorizontalFlip::fields() {
  return Fields<HorizontalFlip>("horizontal_flip", "mirrors left and right")
      .field("p", &HorizontalFlip::p, "probability", between(0, 1))
      .field("shared_by", &HorizontalFlip::shared_by,
             "so many pictures that follow each other in an epoch are mirrored together, or not; "
             "32 in the authors' program",
             between(1, 1 << 24));
}

bool HorizontalFlip::chosen(const SampleKey& key) const {
  return key.stream(Purpose::flip, shared_by).uniform(0) < p;
}

bool HorizontalFlip::apply(const SampleKey& key, Image& image) const {
  const bool mirrors = chosen(key);
  if (mirrors) mirror(image);
  return mirrors;
}

}  // namespace fovea
