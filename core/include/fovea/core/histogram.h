// SPDX-License-Identifier: Apache-2.0
// How numbers are spread: for looking at weights and gradients while a net trains.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <span>
#include <vector>

namespace FOVEA_API fovea {

// Eight buckets to each power of two, so that values of any size are told apart to 12 %. Numbers
// that are not finite are counted apart and left out of everything else.
struct Histogram {
  int64_t count = 0, not_finite = 0;
  double min = 0, max = 0, sum = 0, sum_of_squares = 0;
  // Bucket i holds the values up to limits[i] and above the limit before; empty ones in a row are
  // one, and there is none at either end.
  std::vector<double> limits, counts;

  static Histogram of(std::span<const float> values);

  double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0; }
};

}  // namespace fovea
