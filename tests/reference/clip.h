// SPDX-License-Identifier: Apache-2.0
// Sum of squares in the specified order, scaling and clamping, as loops.
#pragma once

#include <fovea/kernels/clip.h>

#include <algorithm>
#include <array>
#include <span>

namespace fovea::reference {

inline double sum_of_squares_of_block(std::span<const float> block) {
  std::array<double, kSquaresParts> parts{};
  for (size_t i = 0; i < block.size(); i++) parts[i % parts.size()] += double{block[i]} * block[i];
  for (size_t n = parts.size() / 2; n > 0; n /= 2) {
    for (size_t i = 0; i < n; i++) parts[i] = parts[2 * i] + parts[2 * i + 1];
  }
  return parts[0];
}

inline double sum_of_squares(std::span<const float> x) {
  double sum = 0;
  for (size_t i = 0; i < x.size(); i += kSquaresBlock) {
    const size_t left = x.size() - i;
    sum += sum_of_squares_of_block(x.subspan(i, std::min<size_t>(left, kSquaresBlock)));
  }
  return sum;
}

inline float clamp(float v, float limit) { return v > limit ? limit : v < -limit ? -limit : v; }

}  // namespace fovea::reference
