// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/data/normalizer.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>

namespace fovea {

namespace {

void check_list(const char* name, const PerChannel& list, int64_t channels) {
  if (list.measured != Measured::no) {
    throw ConfigError(std::string(name) + " is \"" + std::string(enum_name(list.measured)) +
                      "\", which is for data with statistics; give numbers");
  }
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

// The formula of docs/numerics.md.
float normalized(float pixel, float light, float divisor, float mean, float divide,
                 float deviation) {
  return (((pixel + light) / divisor - mean) / divide) / deviation;
}

// kChannels 0: any number.
template <int kChannels>
void look_up_all(const uint8_t* pixels, int64_t count, int64_t channels, const float* table,
                 float* x) {
  if (kChannels != 0) channels = kChannels;
  for (int64_t i = 0; i < count; i++) {
    for (int64_t c = 0; c < channels; c++) *x++ = table[256 * c + *pixels++];
  }
}

float light_of(const PictureView& view, int64_t channel) {
  return channel < 3 ? view.light[static_cast<size_t>(channel)] : 0;
}

// normalized() where all that is divided by is 1.
void subtract_plainly(const uint8_t* pixels, int64_t width, const float* means,
                      const std::array<float, 3>& light, float* x) {
  for (int64_t i = 0; i < 3 * width; i += 3) {
    for (int64_t c = 0; c < 3; c++) {
      const float pixel = static_cast<float>(pixels[i + c]) + light[static_cast<size_t>(c)];
      x[i + c] = pixel - means[i + c];
    }
  }
}

std::vector<float> mirror_rows(const std::vector<float>& rows, ImageSize size, int64_t channels) {
  std::vector<float> mirrored(rows.size());
  for (int64_t y = 0; y < size.height; y++) {
    for (int64_t x = 0; x < size.width; x++) {
      const float* from = rows.data() + (y * size.width + x) * channels;
      std::copy_n(from, channels, mirrored.data() + ((y + 1) * size.width - 1 - x) * channels);
    }
  }
  return mirrored;
}

}  // namespace

// Columns first, first + 1, ..., those outside taking the value at the edge.
struct Normalizer::MeanRow {
  const float* row;
  int64_t first, width;

  const float* at(int64_t x, int64_t channels) const {
    return row + std::clamp<int64_t>(first + x, 0, width - 1) * channels;
  }
};

Normalizer::Normalizer(const Preprocessing& preprocessing, int64_t channels, ImageSize picture)
    : channels_(channels),
      preprocessing_(preprocessing),
      divisor_(preprocessing.scale == PixelScale::unit ? 255.0f : 1.0f),
      table_(static_cast<size_t>(256 * channels)),
      picture_(picture) {
  check_list("std", preprocessing.std_dev, channels);
  for (const float deviation : preprocessing.std_dev.values) {
    if (deviation <= 0) throw ConfigError("std holds a number that is not positive");
    deviations_are_one_ = deviations_are_one_ && deviation == 1;
  }
  if (preprocessing.mean_image) {
    take_mean_image(*preprocessing.mean_image, picture);
  } else {
    check_list("mean", preprocessing.mean, channels);
    fill_table({}, table_.data());
  }
}

void Normalizer::take_mean_image(const MeanImage& mean, ImageSize picture) {
  if (mean.channels != channels_ || mean.size.height < picture.height ||
      mean.size.width < picture.width) {
    throw ConfigError("mean: the mean image has " + mean.size.to_string() + " pixels (height x " +
                      "width) of " + std::to_string(mean.channels) + " channels, the pictures " +
                      picture.to_string() + " of " + std::to_string(channels_) +
                      "; it must be as large");
  }
  mean_size_ = mean.size;
  mean_corner_ = CenterCrop{picture}.corner(mean.size);
  means_ = mean.values;
  for (float& value : means_) value = value / divisor_;
  mirrored_means_ = mirror_rows(means_, mean_size_, channels_);
}

void Normalizer::fill_table(const PictureView& view, float* table) const {
  for (int64_t c = 0; c < channels_; c++) {
    for (int pixel = 0; pixel < 256; pixel++) {
      *table++ = normalized(static_cast<float>(pixel), light_of(view, c), divisor_,
                            preprocessing_.mean[c], view.divide, preprocessing_.std_dev[c]);
    }
  }
}

void Normalizer::look_up(std::span<const uint8_t> pixels, const float* table, float* x) const {
  const auto count = static_cast<int64_t>(pixels.size()) / channels_;
  switch (channels_) {
    case 1:
      return look_up_all<1>(pixels.data(), count, 1, table, x);
    case 3:
      return look_up_all<3>(pixels.data(), count, 3, table, x);
    default:
      return look_up_all<0>(pixels.data(), count, channels_, table, x);
  }
}

PictureView Normalizer::on_mean(const PictureView& view, ImageSize size) const {
  PictureView there = view;
  if (means_.empty()) {
    there.top = there.left = 0;
    there.mirrored = false;
  } else if (preprocessing_.mean_crop == MeanCrop::center) {
    const Corner corner = CenterCrop{size}.corner(mean_size_);
    there.top = corner.top;
    there.left = corner.left;
    there.mirrored = false;
  } else {
    there.top += mean_corner_.top;
    there.left += mean_corner_.left;
  }
  return there;
}

Normalizer::MeanRow Normalizer::mean_row(ImageSize size, const PictureView& view, int64_t y) const {
  const PictureView there = on_mean(view, size);
  const int64_t row = std::clamp<int64_t>(there.top + y, 0, mean_size_.height - 1);
  const int64_t width = mean_size_.width;
  return {(there.mirrored ? mirrored_means_ : means_).data() + row * width * channels_,
          there.mirrored ? width - 1 - there.left : there.left, width};
}

void Normalizer::subtract_row(const uint8_t* pixel, int64_t width, const MeanRow& means,
                              const PictureView& view, float* x) const {
  for (int64_t column = 0; column < width; column++) {
    const float* mean = means.at(column, channels_);
    for (int64_t c = 0; c < channels_; c++) {
      *x++ = normalized(static_cast<float>(*pixel++), light_of(view, c), divisor_, mean[c],
                        view.divide, preprocessing_.std_dev[c]);
    }
  }
}

void Normalizer::subtract_means(const uint8_t* pixels, ImageSize size, const PictureView& view,
                                float* x) const {
  const int64_t row = size.width * channels_;
  const bool plain = channels_ == 3 && divisor_ == 1 && view.divide == 1 && deviations_are_one_;
  for (int64_t y = 0; y < size.height; y++, pixels += row, x += row) {
    const MeanRow means = mean_row(size, view, y);
    if (plain && means.first >= 0 && means.first + size.width <= means.width) {
      subtract_plainly(pixels, size.width, means.at(0, 3), view.light, x);
    } else {
      subtract_row(pixels, size.width, means, view, x);
    }
  }
}

void Normalizer::apply(const Image& image, const PictureView& view, float* x) const {
  if (!means_.empty())
    return subtract_means(image.pixels.data(), {image.height, image.width}, view, x);
  if (!view.is_lit()) return look_up(image.pixels, table_.data(), x);
  std::array<float, 3 * 256> table;  // lit pictures have no more channels (check_channels)
  fill_table(view, table.data());
  look_up(image.pixels, table.data(), x);
}

void Normalizer::apply(std::span<const uint8_t> pixels, float* x) const {
  if (means_.empty()) return look_up(pixels, table_.data(), x);
  const int64_t size = picture_.height * picture_.width * channels_;
  for (int64_t i = 0; i < std::ssize(pixels); i += size)
    subtract_means(pixels.data() + i, picture_, {}, x + i);
}

PixelFormula Normalizer::formula() const {
  const auto all = [&](const PerChannel& list) {
    std::vector<float> values;
    for (int64_t c = 0; c < channels_; c++) values.push_back(list[c]);
    return values;
  };
  PixelFormula formula;
  formula.scale = divisor_;
  formula.mean =
      means_.empty()
          ? Tensor::from<float>({1, 1, channels_}, std::span<const float>(all(preprocessing_.mean)))
          : Tensor::from<float>({mean_size_.height, mean_size_.width, channels_},
                                std::span<const float>(means_));
  formula.deviation =
      Tensor::from<float>({channels_}, std::span<const float>(all(preprocessing_.std_dev)));
  return formula;
}

void Normalizer::write_view(const PictureView& view, ImageSize size, int32_t* words) const {
  const PictureView there = on_mean(view, size);
  *words++ = static_cast<int32_t>(there.top);
  *words++ = static_cast<int32_t>(there.left);
  *words++ = there.mirrored ? 1 : 0;
  for (const float light : there.light) *words++ = std::bit_cast<int32_t>(light);
  *words++ = std::bit_cast<int32_t>(there.divide);
  *words = 0;
}

void Normalizer::undo(const float* x, Image& image) const {
  const int64_t row = image.width * channels_;
  for (int64_t i = 0; i < std::ssize(image.pixels); i++) {
    const int64_t c = i % channels_;
    const float mean = means_.empty() ? preprocessing_.mean[c]
                                      : mean_row({image.height, image.width}, {}, i / row)
                                            .at(i % row / channels_, channels_)[c];
    const float v = (x[i] * preprocessing_.std_dev[c] + mean) * divisor_;
    image.pixels[static_cast<size_t>(i)] =
        static_cast<uint8_t>(std::fmin(255, std::fmax(0, std::round(v))));
  }
}

}  // namespace fovea
