// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/data/preprocessing.h>

#include <cmath>
#include <string>

namespace fovea {

namespace {

void check_list(const char* name, const std::vector<float>& values, int64_t channels) {
  const auto count = static_cast<int64_t>(values.size());
  if (count != 1 && count != channels) {
    throw ConfigError(std::string(name) + " has " + std::to_string(count) + " numbers; images of " +
                      std::to_string(channels) + " channel" + (channels == 1 ? "" : "s") +
                      " need " + (channels == 1 ? "1" : "1 or " + std::to_string(channels)));
  }
  for (const float value : values) {
    if (!std::isfinite(value))
      throw ConfigError(std::string(name) + " holds a number that is not finite");
  }
}

float of_channel(const std::vector<float>& values, int64_t channel) {
  return values[values.size() == 1 ? 0 : static_cast<size_t>(channel)];
}

// kChannels 0: any number.
template <int kChannels>
void look_up(const uint8_t* pixels, int64_t count, int64_t channels, const float* table, float* x) {
  if (kChannels != 0) channels = kChannels;
  for (int64_t i = 0; i < count; i++) {
    for (int64_t c = 0; c < channels; c++) *x++ = table[256 * c + *pixels++];
  }
}

}  // namespace

Normalizer::Normalizer(const Preprocessing& preprocessing, int64_t channels)
    : channels_(channels), table_(static_cast<size_t>(256 * channels)) {
  check_list("mean", preprocessing.mean, channels);
  check_list("std", preprocessing.std_dev, channels);
  for (const float deviation : preprocessing.std_dev) {
    if (deviation <= 0) throw ConfigError("std holds a number that is not positive");
  }
  const float divisor = preprocessing.scale == PixelScale::unit ? 255.0f : 1.0f;
  float* entry = table_.data();
  for (int64_t c = 0; c < channels; c++) {
    const float mean = of_channel(preprocessing.mean, c);
    const float deviation = of_channel(preprocessing.std_dev, c);
    for (int pixel = 0; pixel < 256; pixel++) {
      *entry++ = (static_cast<float>(pixel) / divisor - mean) / deviation;
    }
  }
}

void Normalizer::apply(const Image& image, float* x) const {
  const int64_t count = image.height * image.width;
  switch (channels_) {
    case 1:
      return look_up<1>(image.pixels.data(), count, 1, table_.data(), x);
    case 3:
      return look_up<3>(image.pixels.data(), count, 3, table_.data(), x);
    default:
      return look_up<0>(image.pixels.data(), count, channels_, table_.data(), x);
  }
}

}  // namespace fovea
