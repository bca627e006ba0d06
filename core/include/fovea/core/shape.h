// SPDX-License-Identifier: Apache-2.0
// The extents of a dense tensor, outermost first.
#pragma once

#include <fovea/core/export.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace FOVEA_API fovea {

// Up to kMaxRank extents, each >= 0; a scalar has rank 0. Activations are (n, h, w, c) or (n,
// features), convolution weights (out, height, width, in / groups), linear weights (out, in).
class Shape {
 public:
  static constexpr int kMaxRank = 6;

  Shape() = default;
  // Throws ArgumentError for a negative extent, more than kMaxRank extents, or more than 2^62
  // elements.
  Shape(std::initializer_list<int64_t> extents);
  explicit Shape(std::span<const int64_t> extents);

  int rank() const { return rank_; }
  // Extent of an axis in [0, rank); negative axes count from the end. Throws ArgumentError outside.
  int64_t operator[](int axis) const;
  int64_t elements() const;  // product of the extents; 1 for a scalar
  std::span<const int64_t> extents() const { return {extents_.data(), static_cast<size_t>(rank_)}; }

  // The same shape with the first extent replaced: another batch size. REQUIRES: rank() > 0.
  Shape with_batch(int64_t n) const;
  // Without the first extent: the shape of one sample. REQUIRES: rank() > 0.
  Shape sample() const;

  std::string to_string() const;  // "[32,27,27,96]"
  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  std::array<int64_t, kMaxRank> extents_{};
  int rank_ = 0;
};

}  // namespace fovea
