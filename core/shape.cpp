// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/shape.h>

#include <algorithm>

namespace fovea {

namespace {
constexpr int64_t kMaxElements = int64_t{1} << 62;

std::string text_of(std::span<const int64_t> extents) {
  std::string text = "[";
  for (size_t i = 0; i < extents.size(); i++) text += (i ? "," : "") + std::to_string(extents[i]);
  return text + "]";
}
}  // namespace

Shape::Shape(std::initializer_list<int64_t> extents)
    : Shape(std::span<const int64_t>(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const int64_t> extents) {
  if (extents.size() > kMaxRank) {
    throw ArgumentError("shape " + text_of(extents) + ": at most " + std::to_string(kMaxRank) +
                        " extents");
  }
  int64_t elements = 1;
  for (const int64_t extent : extents) {
    if (extent < 0) throw ArgumentError("shape " + text_of(extents) + ": an extent is negative");
    if (extent != 0 && elements > kMaxElements / extent) {
      throw ArgumentError("shape " + text_of(extents) + ": more than 2^62 elements");
    }
    elements *= extent;
  }
  std::copy(extents.begin(), extents.end(), extents_.begin());
  rank_ = static_cast<int>(extents.size());
}

int64_t Shape::operator[](int axis) const {
  const int from_start = axis < 0 ? axis + rank_ : axis;
  if (from_start < 0 || from_start >= rank_) {
    throw ArgumentError("shape " + to_string() + " has no axis " + std::to_string(axis));
  }
  return extents_[static_cast<size_t>(from_start)];
}

int64_t Shape::elements() const {
  int64_t product = 1;
  for (const int64_t extent : extents()) product *= extent;
  return product;
}

Shape Shape::with_batch(int64_t n) const {
  Shape shape = *this;
  shape.extents_[0] = n;
  return shape;
}

Shape Shape::sample() const { return Shape(extents().subspan(1)); }

std::string Shape::to_string() const { return text_of(extents()); }

}  // namespace fovea
