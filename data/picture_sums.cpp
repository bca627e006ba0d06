// SPDX-License-Identifier: Apache-2.0
#include "picture_sums.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace fovea::detail {

namespace {

__extension__ using Wide = __int128;  // products of two sums

constexpr int64_t kGrain = 4096;  // pixel values that one thread sums up at a time

// Index of the product of channels i <= j among rr rg rb gg gb bb.
constexpr size_t product_index(size_t i, size_t j) { return i * 2 + j - (i == 2 ? 1 : 0); }
static_assert(product_index(0, 2) == 2 && product_index(1, 1) == 3 && product_index(2, 2) == 5);

double covariance(uint64_t n, uint64_t sum_x, uint64_t sum_y, uint64_t sum_xy) {
  const Wide numerator = Wide{n} * sum_xy - Wide{sum_x} * sum_y;
  return static_cast<double>(numerator) / static_cast<double>(n) / static_cast<double>(n);
}

}  // namespace

PictureStatistics rounded(const PreciseStatistics& precise, int64_t count, const Shape& image) {
  PictureStatistics statistics{.count = count,
                               .size = {image[0], image[1]},
                               .channels = image[2],
                               .mean_image = precise.mean_image};
  statistics.mean.assign(precise.mean.begin(), precise.mean.end());
  statistics.std_dev.assign(precise.std_dev.begin(), precise.std_dev.end());
  for (size_t i = 0; precise.pca && i < 3; i++) {
    statistics.pca.values[i] = static_cast<float>(precise.pca->eigval[i]);
    for (size_t j = 0; j < 3; j++)
      statistics.pca.vectors[i][j] = static_cast<float>(precise.pca->eigvec[i][j]);
  }
  return statistics;
}

PictureSums::PictureSums(Shape image)
    : image_(image), pixels_(static_cast<size_t>(image.elements())) {
  if (image.rank() != 3 || (image[2] != 1 && image[2] != 3))
    throw ArgumentError("statistics are of pictures (h, w, 1) or (h, w, 3), not " +
                        image.to_string());
}

void PictureSums::add_products(const Image& image,
                               std::array<uint64_t, kProducts>& products) const {
  const int64_t row_bytes = image.width * image.channels;
  for (int64_t y = 0; y < image.height; y++) {
    const uint8_t* p = image.pixels.data() + y * row_bytes;
    const uint8_t* const end = p + row_bytes;
    // A row has at most 2^14 pixels: its sums fit 32 bits.
    std::array<uint32_t, kProducts> row{};
    if (image.channels == 1) {
      for (; p < end; p++) row[0] += uint32_t{*p} * *p;
    } else {
      for (; p < end; p += 3) {
        const uint32_t r = p[0], g = p[1], b = p[2];
        row[0] += r * r;
        row[1] += r * g;
        row[2] += r * b;
        row[3] += g * g;
        row[4] += g * b;
        row[5] += b * b;
      }
    }
    for (size_t i = 0; i < kProducts; i++) products[i] += row[i];
  }
}

void PictureSums::add(std::span<const Image* const> images, ThreadPool& pool) {
  for (const Image* image : images) {
    if (Shape{image->height, image->width, image->channels} != image_)
      throw ArgumentError("statistics of pictures of different shapes");
  }
  using Products = std::array<uint64_t, kProducts>;
  std::vector<Products> of_thread(static_cast<size_t>(pool.threads()), Products{});
  pool.parallel_for(static_cast<int64_t>(images.size()), [&](int64_t i, int thread) {
    add_products(*images[static_cast<size_t>(i)], of_thread[static_cast<size_t>(thread)]);
  });
  for (const Products& products : of_thread) {
    for (size_t i = 0; i < kProducts; i++) products_[i] += products[i];
  }
  pool.parallel_ranges(image_.elements(), kGrain, [&](int64_t begin, int64_t end) {
    for (const Image* image : images) {
      const uint8_t* const from = image->pixels.data();
      for (int64_t i = begin; i < end; i++) pixels_[static_cast<size_t>(i)] += from[i];
    }
  });
  count_ += images.size();
}

PreciseStatistics PictureSums::statistics() const {
  const auto channels = static_cast<size_t>(image_[2]);
  const uint64_t n = count_ * static_cast<uint64_t>(image_[0] * image_[1]);
  std::array<uint64_t, 3> sums{};
  PreciseStatistics result;
  result.mean_image.reserve(pixels_.size());
  for (size_t i = 0; i < pixels_.size(); i++) {
    sums[i % channels] += pixels_[i];
    result.mean_image.push_back(
        static_cast<float>(static_cast<double>(pixels_[i]) / static_cast<double>(count_)));
  }
  std::array<std::array<double, 3>, 3> matrix{};
  for (size_t i = 0; i < channels; i++) {
    for (size_t j = i; j < channels; j++) {
      matrix[i][j] = matrix[j][i] = covariance(n, sums[i], sums[j], products_[product_index(i, j)]);
    }
    result.mean.push_back(static_cast<double>(sums[i]) / static_cast<double>(n));
    result.std_dev.push_back(std::sqrt(matrix[i][i]));
  }
  if (channels == 3) result.pca = principal_components(matrix);
  return result;
}

std::string PictureSums::save() const {
  std::string bytes(reinterpret_cast<const char*>(&count_), sizeof count_);
  bytes.append(reinterpret_cast<const char*>(products_.data()), sizeof products_);
  return bytes.append(reinterpret_cast<const char*>(pixels_.data()),
                      pixels_.size() * sizeof(uint64_t));
}

void PictureSums::restore(std::string_view saved, const std::string& name) {
  const size_t pixel_bytes = pixels_.size() * sizeof(uint64_t);
  const size_t wanted = sizeof count_ + sizeof products_ + pixel_bytes;
  if (saved.size() != wanted) {
    throw DataError(name + ": holds " + std::to_string(saved.size()) + " bytes of sums, " +
                    std::to_string(wanted) + " wanted");
  }
  std::memcpy(&count_, saved.data(), sizeof count_);
  std::memcpy(products_.data(), saved.data() + sizeof count_, sizeof products_);
  std::memcpy(pixels_.data(), saved.data() + sizeof count_ + sizeof products_, pixel_bytes);
}

}  // namespace fovea::detail
