// SPDX-License-Identifier: Apache-2.0
// Applies a Preprocessing to pictures.
#pragma once

#include <fovea/data/picture_view.h>
#include <fovea/data/pixel_formula.h>
#include <fovea/data/preprocessing.h>

#include <cstdint>
#include <span>
#include <vector>

namespace FOVEA_API fovea {

// For pictures with a number of channels. A pixel has 256 values, so without a mean image the
// formula is evaluated once for each and then looked up.
class Normalizer {
 public:
  // `picture`: the size that pictures have before any crop; of use with a mean image, whose centre
  // is then laid over theirs. Throws ConfigError when mean or std_dev has another length than 1 or
  // `channels`, a number that is not finite, or a standard deviation that is not positive; and when
  // the mean image is smaller than the pictures or has other channels.
  Normalizer(const Preprocessing& preprocessing, int64_t channels, ImageSize picture = {});

  // Writes pixels.size() numbers. `pixels`: whole pixels of the constructor's channels, channels
  // innermost; with a mean image one or more whole pictures of the constructor's size.
  void apply(std::span<const uint8_t> pixels, float* x) const;
  void apply(const Image& image, float* x) const { apply(image, PictureView{}, x); }
  // Of a picture that augmentation has changed.
  void apply(const Image& image, const PictureView& view, float* x) const;
  // The same as numbers, for a device: what holds for all pictures, and the words (kViewWords) of
  // one of `size`.
  PixelFormula formula() const;
  void write_view(const PictureView& view, ImageSize size, int32_t* words) const;
  // The other way: sets image.pixels, whose size is that of x, to the nearest pixels. What is no
  // number becomes 0.
  void undo(const float* x, Image& image) const;

 private:
  // The means from a pixel on, to the right.
  struct MeanRow;

  void fill_table(const PictureView& view, float* table) const;
  void look_up(std::span<const uint8_t> pixels, const float* table, float* x) const;
  void take_mean_image(const MeanImage& mean, ImageSize picture);
  // Where pixel (0, 0) of a picture lies on the mean image.
  PictureView on_mean(const PictureView& view, ImageSize size) const;
  MeanRow mean_row(ImageSize size, const PictureView& view, int64_t y) const;
  void subtract_row(const uint8_t* pixel, int64_t width, const MeanRow& means,
                    const PictureView& view, float* x) const;
  void subtract_means(const uint8_t* pixels, ImageSize size, const PictureView& view,
                      float* x) const;

  int64_t channels_;
  Preprocessing preprocessing_;
  float divisor_;  // of pixels
  bool deviations_are_one_ = true;
  std::vector<float> table_;  // [channel][pixel value]
  ImageSize picture_, mean_size_;
  Corner mean_corner_;                         // of the pictures in the mean image
  std::vector<float> means_, mirrored_means_;  // (height, width, channels), of scaled pixels
};

}  // namespace fovea
