// SPDX-License-Identifier: Apache-2.0
// What the pictures of a data set look like on average: for the subtraction of means, and for
// changes of colour along the principal components (Krizhevsky et al., 2012, section 4.1).
#pragma once

#include <fovea/core/shape.h>
#include <fovea/core/thread_pool.h>
#include <fovea/data/image.h>
#include <fovea/data/picture_statistics.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::detail {

// Principal components of the colours (r, g, b) of all pixels: the eigenvalues of their covariance
// (3 x 3, divided by the number of pixels), largest first, and for each its eigenvector, of length
// 1, whose component of the largest magnitude (the first of equals) is positive.
struct ColorComponents {
  std::array<double, 3> eigval{};
  std::array<std::array<double, 3>, 3> eigvec{};  // eigvec[i] belongs to eigval[i]

  friend bool operator==(const ColorComponents&, const ColorComponents&) = default;
};

// Eigenvalues and eigenvectors of a symmetric matrix, in that order and with those signs (Jacobi's
// rotations; additions, products, divisions and square roots only, so the same bits everywhere).
ColorComponents principal_components(const std::array<std::array<double, 3>, 3>& covariance);

// Of pictures of one size, on the scale 0..255.
struct PreciseStatistics {
  std::vector<float> mean_image;       // (h, w, c)
  std::vector<double> mean, std_dev;   // of each channel; the deviation divides by the number
  std::optional<ColorComponents> pca;  // of pictures with three channels
};

// As programs use them, of `count` pictures of shape `image`.
PictureStatistics rounded(const PreciseStatistics& statistics, int64_t count, const Shape& image);

// Sums of whole numbers, so that neither order nor number of threads matters.
class PictureSums {
 public:
  explicit PictureSums(Shape image);

  // Adds pictures, each of the constructor's shape; throws ArgumentError for another.
  void add(std::span<const Image* const> images, ThreadPool& pool);

  int64_t count() const { return static_cast<int64_t>(count_); }
  PreciseStatistics statistics() const;  // REQUIRES: count() > 0

  // All of it as text without structure, to go on from later. restore() throws DataError, naming
  // `name`, for text that does not come from sums of this shape.
  std::string save() const;
  void restore(std::string_view saved, const std::string& name);

 private:
  static constexpr size_t kProducts = 6;  // rr rg rb gg gb bb; of gray pictures the first

  void add_products(const Image& image, std::array<uint64_t, kProducts>& products) const;

  Shape image_;
  uint64_t count_ = 0;
  std::array<uint64_t, kProducts> products_{};
  std::vector<uint64_t> pixels_;  // (h, w, c)
};

}  // namespace fovea::detail
