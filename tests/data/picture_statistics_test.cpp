// SPDX-License-Identifier: Apache-2.0
// Mean image, means, deviations and principal components of pictures.
#include "picture_sums.h"
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/core/random.h>
#include <fovea/data/picture_statistics.h>

#include <catch2/catch.hpp>

#include <cmath>

using namespace fovea;
using namespace fovea::detail;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

// Channels that depend on one another.
std::vector<Image> pictures(size_t count, int64_t h, int64_t w, int64_t channels) {
  std::vector<Image> images(count);
  for (size_t n = 0; n < count; n++) {
    const RandomStream random(1, Purpose::test, 0, 0, static_cast<uint32_t>(n));
    images[n].resize(h, w, channels);
    for (size_t i = 0; i < images[n].pixels.size(); i++) {
      const uint32_t own = random.below(i, 56);
      const uint32_t shared = random.below(1000000 + i / static_cast<size_t>(channels), 200);
      images[n].pixels[i] = static_cast<uint8_t>(shared + (i % 3 == 1 ? own : own / 2));
    }
  }
  return images;
}

void add(PictureSums& sums, std::span<const Image> images, ThreadPool& pool) {
  std::vector<const Image*> pointers;
  for (const Image& image : images) pointers.push_back(&image);
  sums.add(pointers, pool);
}

PreciseStatistics statistics_of(const std::vector<Image>& images, int threads) {
  ThreadPool pool(threads);
  PictureSums sums({images[0].height, images[0].width, images[0].channels});
  const auto half = images.size() / 2;
  add(sums, std::span(images).first(half), pool);
  add(sums, std::span(images).subspan(half), pool);
  return sums.statistics();
}

// In double precision, one picture after the other, in two passes.
PreciseStatistics naive(const std::vector<Image>& images) {
  PreciseStatistics s;
  const auto channels = static_cast<size_t>(images[0].channels);
  const size_t elements = images[0].pixels.size();
  const double n = static_cast<double>(images.size() * elements / channels);
  std::vector<double> mean_image(elements);
  s.mean.resize(channels);
  for (const Image& image : images) {
    for (size_t i = 0; i < elements; i++) {
      mean_image[i] += image.pixels[i] / static_cast<double>(images.size());
      s.mean[i % channels] += image.pixels[i] / n;
    }
  }
  s.mean_image.assign(mean_image.begin(), mean_image.end());
  Matrix covariance{};
  for (const Image& image : images) {
    for (size_t i = 0; i < elements; i += channels) {
      for (size_t a = 0; a < channels; a++) {
        for (size_t b = 0; b < channels; b++)
          covariance[a][b] +=
              (image.pixels[i + a] - s.mean[a]) * (image.pixels[i + b] - s.mean[b]) / n;
      }
    }
  }
  for (size_t c = 0; c < channels; c++) s.std_dev.push_back(std::sqrt(covariance[c][c]));
  if (channels == 3) s.pca = principal_components(covariance);
  return s;
}

double dot(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

}  // namespace

TEST_CASE("statistics of pictures are those of naive sums", "[data]") {
  const int64_t channels = GENERATE(1, 3);
  const auto images = pictures(9, 33, 61, channels);
  const PreciseStatistics s = statistics_of(images, 2), reference = naive(images);
  REQUIRE(s.mean_image.size() == reference.mean_image.size());
  for (size_t i = 0; i < s.mean_image.size(); i++)
    REQUIRE(s.mean_image[i] == Approx(reference.mean_image[i]).epsilon(1e-6));
  for (size_t c = 0; c < s.mean.size(); c++) {
    CHECK(s.mean[c] == Approx(reference.mean[c]).epsilon(1e-12));
    CHECK(s.std_dev[c] == Approx(reference.std_dev[c]).epsilon(1e-12));
  }
  REQUIRE(s.pca.has_value() == (channels == 3));
  for (size_t i = 0; s.pca && i < 3; i++) {
    CHECK(s.pca->eigval[i] == Approx(reference.pca->eigval[i]).epsilon(1e-10));
    CHECK(dot(s.pca->eigvec[i], reference.pca->eigvec[i]) == Approx(1).epsilon(1e-10));
  }
}

TEST_CASE("statistics depend neither on threads nor on order, and can be gone on with", "[data]") {
  auto images = pictures(8, 40, 70, 3);
  const PreciseStatistics s = statistics_of(images, 1);
  std::swap(images[0], images[5]);
  const PreciseStatistics other = statistics_of(images, 3);
  CHECK(s.mean_image == other.mean_image);
  CHECK(s.mean == other.mean);
  CHECK(s.std_dev == other.std_dev);
  CHECK(s.pca == other.pca);

  ThreadPool pool(1);
  PictureSums first({40, 70, 3}), second({40, 70, 3});
  add(first, std::span(images).first(3), pool);
  second.restore(first.save(), "state");
  add(second, std::span(images).subspan(3), pool);
  CHECK(second.count() == 8);
  CHECK(second.statistics().mean_image == s.mean_image);
  CHECK(second.statistics().pca == s.pca);
  CHECK_THAT(error_message<DataError>([&] { second.restore("short", "state"); }),
             Contains("state: holds 5 bytes"));
}

TEST_CASE("pictures of one colour have no variance at all", "[data]") {
  std::vector<Image> images(7);
  for (Image& image : images) {
    image.resize(50, 31, 3);
    for (size_t i = 0; i < image.pixels.size(); i++)
      image.pixels[i] = std::array<uint8_t, 3>{255, 7, 99}[i % 3];
  }
  const PreciseStatistics s = statistics_of(images, 2);
  CHECK(s.mean == std::vector<double>{255, 7, 99});
  CHECK(s.std_dev == std::vector<double>{0, 0, 0});
  CHECK(s.pca->eigval == std::array<double, 3>{0, 0, 0});
}

TEST_CASE("principal components are ordered, of length one, and have a sign", "[data]") {
  const Matrix covariance{{{4790.5, 4560.25, 4211}, {4560.25, 4721, 4536.5}, {4211, 4536.5, 5064}}};
  const ColorComponents pca = principal_components(covariance);
  CHECK(pca.eigval[0] >= pca.eigval[1]);
  CHECK(pca.eigval[1] >= pca.eigval[2]);
  CHECK(pca.eigval[0] + pca.eigval[1] + pca.eigval[2] == Approx(4790.5 + 4721 + 5064));
  for (size_t i = 0; i < 3; i++) {
    const auto& v = pca.eigvec[i];
    for (size_t j = 0; j < 3; j++) {
      CHECK(dot(covariance[j], v) == Approx(pca.eigval[i] * v[j]).margin(1e-9));
      CHECK(dot(v, pca.eigvec[j]) == Approx(i == j ? 1 : 0).margin(1e-12));
    }
    const double largest = std::max({std::abs(v[0]), std::abs(v[1]), std::abs(v[2])});
    CHECK(std::max({v[0], v[1], v[2]}) == largest);
  }
  // Nothing to turn; equal eigenvalues keep their order.
  const ColorComponents plain = principal_components({{{1, 0, 0}, {0, 2, 0}, {0, 0, 1}}});
  CHECK(plain.eigval == std::array<double, 3>{2, 1, 1});
  CHECK(plain.eigvec == Matrix{{{0, 1, 0}, {1, 0, 0}, {0, 0, 1}}});
}

TEST_CASE("statistics are of pictures of one shape", "[data]") {
  CHECK_THROWS_AS(PictureSums({4, 4, 2}), ArgumentError);
  PictureSums sums({4, 4, 3});
  ThreadPool pool(1);
  const auto images = pictures(1, 4, 5, 3);
  CHECK_THROWS_AS(add(sums, images, pool), ArgumentError);
  CHECK_THAT(error_message<DataError>([] { load_statistics("/nowhere"); }),
             Contains("/nowhere") && Contains("fovea prepare"));
}
