// SPDX-License-Identifier: Apache-2.0
// Values for tensors in tests, and comparisons of tensors with references.
#pragma once

#include <fovea/core/tensor.h>

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace fovea::test {

// A small generator of its own, so that tests do not depend on the library's.
class Values {
 public:
  explicit Values(uint32_t seed) : state_(seed * 2654435761u + 1) {}

  uint32_t bits() {
    state_ = state_ * 1664525u + 1013904223u;
    return state_ >> 8;
  }
  float uniform() { return static_cast<float>(bits()) / (1 << 23) - 1; }  // [-1, 1)
  // Sums of a few thousand products of these are exact in float, in any order.
  float integer() { return static_cast<float>(bits() % 7) - 3; }

  fovea::Tensor uniform(const fovea::Shape& shape) {
    fovea::Tensor t(shape);
    for (float& v : t.span<float>()) v = uniform();
    return t;
  }
  fovea::Tensor integers(const fovea::Shape& shape) {
    fovea::Tensor t(shape);
    for (float& v : t.span<float>()) v = integer();
    return t;
  }

 private:
  uint32_t state_;
};

// A tensor of NaNs, so that elements left unwritten are seen.
inline fovea::Tensor unwritten(const fovea::Shape& shape) {
  fovea::Tensor t(shape);
  for (float& v : t.span<float>()) v = std::nanf("");
  return t;
}

template <class T>
std::vector<T> elements(const fovea::Tensor& t) {
  const auto values = t.span<float>();
  return {values.begin(), values.end()};
}

// Index of the first element that differs in its bits (all NaNs are equal), or -1.
template <class T>
int64_t first_difference(const fovea::Tensor& got, const std::vector<T>& want) {
  const auto values = got.span<float>();
  if (values.size() != want.size()) return 0;
  for (size_t i = 0; i < want.size(); i++) {
    const auto w = static_cast<float>(want[i]);
    if (std::isnan(w) && std::isnan(values[i])) continue;
    if (std::bit_cast<uint32_t>(values[i]) != std::bit_cast<uint32_t>(w))
      return static_cast<int64_t>(i);
  }
  return -1;
}

// Says where and how `got` differs; "" when all bits agree.
template <class T>
std::string difference(const char* what, const fovea::Tensor& got, const std::vector<T>& want) {
  const int64_t at = first_difference(got, want);
  if (at < 0) return "";
  const auto i = static_cast<size_t>(at);
  return std::string(what) + got.shape().to_string() + " differs at " + std::to_string(at) +
         ": got " + std::to_string(got.span<float>()[i]) + ", want " +
         std::to_string(i < want.size() ? static_cast<double>(want[i]) : 0.0);
}

}  // namespace fovea::test
