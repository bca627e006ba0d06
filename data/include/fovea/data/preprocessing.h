// SPDX-License-Identifier: Apache-2.0
// From 8-bit pixels to the numbers a net sees. Saved with the model: evaluation and serving repeat
// what training did.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/crop.h>
#include <fovea/data/image_file.h>
#include <fovea/data/mean_image.h>

#include <cstdint>
#include <memory>
#include <optional>
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

// What the statistics of a data set are to say.
enum class Measured : uint8_t { no, per_channel, per_pixel };

template <>
inline constexpr auto kEnumNames<Measured> = std::to_array<EnumName<Measured>>(
    {{"per_channel", Measured::per_channel}, {"per_pixel", Measured::per_pixel}});

// One number for all channels, or one for each; in configs a number or a list, or which statistics
// stand for them: then there are no values.
struct PerChannel {
  std::vector<float> values;
  Measured measured = Measured::no;

  PerChannel(float value) : values{value} {}
  PerChannel(std::vector<float> list) : values(std::move(list)) {}
  PerChannel(Measured statistic) : measured(statistic) {}

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
// rounded to nearest, as torchvision's normalize; docs/numerics.md also says how pictures are lit.
// `mean` and `std_dev` are on the scale of v.
struct Preprocessing {
  PixelScale scale = PixelScale::unit;
  PerChannel mean = 0;
  PerChannel std_dev = 1;
  // Of a model that was trained on crops. Not in configs: their "augment" says it.
  std::optional<EvaluationCrop> crop;

  // When `mean` is measured per pixel: in models the tensor "preprocessing/mean".
  std::shared_ptr<const MeanImage> mean_image = nullptr;
  std::optional<MeanCrop> mean_crop = {};  // none: same
  // Pictures of any size are taken: the shorter side is resized to so many pixels, as torchvision's
  // Resize, and the centre of as many by as many is taken (fovea/data/resize.h).
  std::optional<int64_t> resize = {};
  Exif exif = Exif::ignore;

  static Fields<Preprocessing> fields();
  friend bool operator==(const Preprocessing& a, const Preprocessing& b);
};

// Declares the fields of Preprocessing that configs have, in options that are derived from it.
template <class Options>
Fields<Options> preprocessing_fields(Fields<Options> fields) {
  PixelScale Options::*scale = &Preprocessing::scale;
  PerChannel Options::*mean = &Preprocessing::mean;
  PerChannel Options::*std_dev = &Preprocessing::std_dev;
  std::optional<MeanCrop> Options::*mean_crop = &Preprocessing::mean_crop;
  std::optional<int64_t> Options::*resize = &Preprocessing::resize;
  Exif Options::*exif = &Preprocessing::exif;
  return fields
      .field("resize", resize,
             "makes the shorter side of every picture so long, as Pillow's bilinear resize, and "
             "takes the square in the middle; needed where pictures differ in size",
             between(1, kMaxImageSide))
      .field("exif", exif,
             "orientation in a photo's Exif data: ignore, as torchvision; or apply it")
      .field("scale", scale, "\"unit\": pixels are divided by 255; \"raw\": they stay 0..255")
      .field("mean", mean,
             "subtracted after scaling: one number, or one per channel; or from the statistics "
             "\"per_channel\", or \"per_pixel\", the mean image")
      .field("mean_crop", mean_crop,
             "of a mean image: what a crop has under it (\"same\", the default), or always the "
             "\"center\", as in the authors' program")
      .field("std", std_dev,
             "divides the rest: one number, or one per channel; or \"per_channel\" from the "
             "statistics",
             above(0));
}

}  // namespace fovea
