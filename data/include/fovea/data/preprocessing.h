// SPDX-License-Identifier: Apache-2.0
// From 8-bit pixels to the numbers a net sees. Saved with the model: evaluation and serving repeat
// what training did.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/crop.h>
#include <fovea/data/image.h>

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace FOVEA_API fovea {

enum class PixelScale : uint8_t {
  unit,  // 0..1: pixel / 255, as torchvision's to_tensor
  raw    // 0..255: the pixel itself, as the paper
};

template <>
inline constexpr auto kEnumNames<PixelScale> =
    std::to_array<EnumName<PixelScale>>({{"unit", PixelScale::unit}, {"raw", PixelScale::raw}});

// One number for all channels, or one for each; in configs a number or a list.
struct PerChannel {
  std::vector<float> values;

  PerChannel(float value) : values{value} {}
  PerChannel(std::vector<float> list) : values(std::move(list)) {}

  float operator[](int64_t channel) const {
    return values[values.size() == 1 ? 0 : static_cast<size_t>(channel)];
  }
  friend bool operator==(const PerChannel&, const PerChannel&) = default;
};

template <>
struct ConfigValue<PerChannel> {
  static std::optional<PerChannel> read(const Config& config, const Constraint& constraint);
  static ConfigType type();
  static void write(JsonWriter& json, const PerChannel& values);
};

// Which pictures evaluation takes only the centre of.
struct EvaluationCrop {
  ImageSize picture;  // of these pictures
  CenterCrop crop;

  static Fields<EvaluationCrop> fields();
  friend bool operator==(const EvaluationCrop&, const EvaluationCrop&) = default;
};

// x = (v - mean) / std with v = pixel / 255 (unit) or pixel (raw): single precision, each operation
// rounded to nearest, as torchvision's normalize. `mean` and `std_dev` are on the scale of v.
struct Preprocessing {
  PixelScale scale = PixelScale::unit;
  PerChannel mean = 0;
  PerChannel std_dev = 1;
  // Of a model that was trained on crops. Not in configs: their "augment" says it.
  std::optional<EvaluationCrop> crop;

  static Fields<Preprocessing> fields();
  friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

// Declares the fields of Preprocessing that configs have, in options that are derived from it.
template <class Options>
Fields<Options> preprocessing_fields(Fields<Options> fields) {
  PixelScale Options::*scale = &Preprocessing::scale;
  PerChannel Options::*mean = &Preprocessing::mean;
  PerChannel Options::*std_dev = &Preprocessing::std_dev;
  return fields
      .field("scale", scale, "\"unit\": pixels are divided by 255; \"raw\": they stay 0..255")
      .field("mean", mean, "subtracted after scaling: one number, or one per channel")
      .field("std", std_dev, "divides the rest: one number, or one per channel", above(0));
}

// Applies a Preprocessing to images of a number of channels. A pixel has 256 values, so the formula
// is evaluated once for each and then looked up.
class Normalizer {
 public:
  // Throws ConfigError when mean or std_dev has another length than 1 or `channels`, a number that
  // is not finite, or a standard deviation that is not positive.
  Normalizer(const Preprocessing& preprocessing, int64_t channels);

  // Writes pixels.size() numbers. `pixels`: whole pixels of the constructor's channels, channels
  // innermost.
  void apply(std::span<const uint8_t> pixels, float* x) const;
  void apply(const Image& image, float* x) const { apply(image.pixels, x); }
  // The other way: sets image.pixels, whose size is that of x, to the nearest pixels. What is no
  // number becomes 0.
  void undo(const float* x, Image& image) const;

 private:
  int64_t channels_;
  Preprocessing preprocessing_;
  std::vector<float> table_;  // [channel][pixel value]
};

}  // namespace fovea
