// SPDX-License-Identifier: Apache-2.0
// Comparison of tensors, on any device, with references. Each function gives "" when they agree,
// else what differs.
#pragma once

#include "reference/array.h"

#include <fovea/core/tensor.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>

namespace fovea::test {

template <class T>
std::string difference_at(int64_t i, double got, T want, const Shape& shape) {
  std::ostringstream text;
  text.precision(9);
  text << "element " << i << " of " << shape.to_string() << " is " << got << ", not " << want;
  return text.str();
}

// Bit for bit, but a NaN is a NaN.
inline std::string bits_differ(const Tensor& result, const reference::Array<float>& want) {
  const Tensor got = result.to(Device::cpu());
  if (got.shape() != want.shape) return "shape " + got.shape().to_string();
  for (int64_t i = 0; i < got.elements(); i++) {
    const float a = got.data<float>()[i], b = want[i];
    if (std::isnan(a) && std::isnan(b)) continue;
    if (std::bit_cast<uint32_t>(a) != std::bit_cast<uint32_t>(b)) {
      return difference_at(i, a, b, got.shape());
    }
  }
  return "";
}

inline std::string bits_differ(const Tensor& got, const Tensor& want) {
  return bits_differ(got, reference::Array<float>::from(want));
}

// Integers (u8 or i32).
inline std::string indices_differ(const Tensor& got, const reference::Array<int32_t>& want) {
  const auto values = reference::Array<int32_t>::from(got);
  if (got.shape() != want.shape) return "shape " + got.shape().to_string();
  for (int64_t i = 0; i < want.elements(); i++) {
    if (values[i] != want[i]) return difference_at(i, values[i], want[i], got.shape());
  }
  return "";
}

// Within absolute + relative |want|; NaN and infinities must be the same.
inline std::string values_differ(const Tensor& result, const reference::Array<double>& want,
                                 double relative, double absolute = 0) {
  const Tensor got = result.to(Device::cpu());
  if (got.shape() != want.shape) return "shape " + got.shape().to_string();
  for (int64_t i = 0; i < got.elements(); i++) {
    const double a = got.data<float>()[i], b = want[i];
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    if (!(std::fabs(a - b) <= absolute + relative * std::fabs(b))) {
      return difference_at(i, a, b, got.shape());
    }
  }
  return "";
}

}  // namespace fovea::test
