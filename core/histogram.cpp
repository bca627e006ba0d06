// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/histogram.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace fovea {

namespace {

// A float's sign, exponent and first three bits of its fraction.
constexpr int kShift = 20;
constexpr uint32_t kHalf = 1u << (31 - kShift);  // buckets of one sign
using Counts = std::array<int64_t, 2 * size_t{kHalf}>;

// Buckets in ascending order of their values: the negative ones, the largest magnitude first, then
// the positive ones.
size_t bucket_of(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t magnitude = (bits & 0x7FFFFFFF) >> kShift;
  return bits >> 31 ? kHalf - 1 - magnitude : kHalf + magnitude;
}

double upper_limit(size_t bucket) {
  const bool positive = bucket >= kHalf;
  const auto magnitude = static_cast<uint32_t>(positive ? bucket + 1 - kHalf : kHalf - 1 - bucket);
  const double limit = std::bit_cast<float>(magnitude << kShift);
  return positive ? limit : -limit;
}

void set_buckets(const Counts& counts, Histogram& histogram) {
  for (size_t i = 0; i < counts.size(); i++) {
    const auto count = static_cast<double>(counts[i]);
    const bool last_is_empty = !histogram.counts.empty() && histogram.counts.back() == 0;
    if (count == 0 && histogram.counts.empty()) continue;
    if (count == 0 && last_is_empty) {
      histogram.limits.back() = upper_limit(i);
    } else {
      histogram.limits.push_back(upper_limit(i));
      histogram.counts.push_back(count);
    }
  }
  if (histogram.counts.empty() || histogram.counts.back() != 0) return;
  histogram.limits.pop_back();
  histogram.counts.pop_back();
}

}  // namespace

Histogram Histogram::of(std::span<const float> values) {
  Histogram histogram;
  Counts counts{};
  for (const float value : values) {
    if (!std::isfinite(value)) {
      histogram.not_finite++;
      continue;
    }
    const double v = value;
    histogram.min = histogram.count == 0 ? v : std::min(histogram.min, v);
    histogram.max = histogram.count == 0 ? v : std::max(histogram.max, v);
    histogram.sum += v;
    histogram.sum_of_squares += v * v;
    histogram.count++;
    counts[bucket_of(value)]++;
  }
  set_buckets(counts, histogram);
  return histogram;
}

}  // namespace fovea
