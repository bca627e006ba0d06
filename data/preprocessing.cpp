// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/data/preprocessing.h>

#include <cmath>
#include <string>

namespace fovea {

namespace {

void check_list(const char* name, const PerChannel& list, int64_t channels) {
  const auto count = static_cast<int64_t>(list.values.size());
  if (count != 1 && count != channels) {
    throw ConfigError(std::string(name) + " has " + std::to_string(count) + " numbers; images of " +
                      std::to_string(channels) + " channel" + (channels == 1 ? "" : "s") +
                      " need " + (channels == 1 ? "1" : "1 or " + std::to_string(channels)));
  }
  for (const float value : list.values) {
    if (!std::isfinite(value))
      throw ConfigError(std::string(name) + " holds a number that is not finite");
  }
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

std::optional<PerChannel> ConfigValue<PerChannel>::read(const Config& config,
                                                        const Constraint& constraint) {
  if (config.is_array()) {
    auto list = config.as<std::vector<float>>(constraint);
    if (list && list->empty()) config.error("must not be empty");
    return list && !list->empty() ? std::optional(PerChannel(*std::move(list))) : std::nullopt;
  }
  const auto value = config.as<float>(constraint);
  return value ? std::optional(PerChannel(*value)) : std::nullopt;
}

ConfigType ConfigValue<PerChannel>::type() {
  return ConfigType::any_of("number, or a list of one per channel",
                            {ConfigValue<float>::type(), ConfigValue<std::vector<float>>::type()});
}

void ConfigValue<PerChannel>::write(JsonWriter& json, const PerChannel& list) {
  if (list.values.size() == 1) {
    json.value(list.values[0]);
  } else {
    ConfigValue<std::vector<float>>::write(json, list.values);
  }
}

Fields<EvaluationCrop> EvaluationCrop::fields() {
  using E = EvaluationCrop;
  return Fields<E>("crop", "pictures of one size, of which the centre is taken")
      .required("picture", &E::picture, "size of the pictures", at_least(1))
      .required("crop", &E::crop, "what is taken of them");
}

Fields<Preprocessing> Preprocessing::fields() {
  return preprocessing_fields(
             Fields<Preprocessing>("preprocessing", "from pixels to a net's input"))
      .field("crop", &Preprocessing::crop, "which pictures only the centre is taken of");
}

Normalizer::Normalizer(const Preprocessing& preprocessing, int64_t channels)
    : channels_(channels),
      preprocessing_(preprocessing),
      table_(static_cast<size_t>(256 * channels)) {
  check_list("mean", preprocessing.mean, channels);
  check_list("std", preprocessing.std_dev, channels);
  for (const float deviation : preprocessing.std_dev.values) {
    if (deviation <= 0) throw ConfigError("std holds a number that is not positive");
  }
  const float divisor = preprocessing.scale == PixelScale::unit ? 255.0f : 1.0f;
  float* entry = table_.data();
  for (int64_t c = 0; c < channels; c++) {
    const float mean = preprocessing.mean[c];
    const float deviation = preprocessing.std_dev[c];
    for (int pixel = 0; pixel < 256; pixel++) {
      *entry++ = (static_cast<float>(pixel) / divisor - mean) / deviation;
    }
  }
}

void Normalizer::undo(const float* x, Image& image) const {
  const float scale = preprocessing_.scale == PixelScale::unit ? 255.0f : 1.0f;
  for (size_t i = 0; i < image.pixels.size(); i++) {
    const auto c = static_cast<int64_t>(i) % channels_;
    const float v = x[i] * preprocessing_.std_dev[c] + preprocessing_.mean[c];
    image.pixels[i] = static_cast<uint8_t>(std::fmin(255, std::fmax(0, std::round(v * scale))));
  }
}

void Normalizer::apply(std::span<const uint8_t> pixels, float* x) const {
  const auto count = static_cast<int64_t>(pixels.size()) / channels_;
  switch (channels_) {
    case 1:
      return look_up<1>(pixels.data(), count, 1, table_.data(), x);
    case 3:
      return look_up<3>(pixels.data(), count, 3, table_.data(), x);
    default:
      return look_up<0>(pixels.data(), count, channels_, table_.data(), x);
  }
}

}  // namespace fovea
