// SPDX-License-Identifier: Apache-2.0
// Checks a reference's gradient against its own forward pass, element by element.
#pragma once

#include "reference/array.h"
#include "support/random_tensor.h"

#include <catch2/catch.hpp>

#include <cmath>

namespace fovea::test {

inline reference::Array<double> random_array(const Shape& shape, uint32_t which, double scale = 1) {
  auto array = reference::Array<double>::from(random_tensor(shape, which));
  for (double& v : array.values) v *= scale;
  return array;
}

// f: Array -> Array. gradient: what f's backward pass makes of dy at x. Kinks must be further than
// 1e-5 from x.
template <class Function>
void check_gradient(Function f, reference::Array<double> x, const reference::Array<double>& dy,
                    const reference::Array<double>& gradient) {
  constexpr double kStep = 1e-5;
  const auto loss = [&] {
    const reference::Array<double> y = f(x);
    double sum = 0;
    for (int64_t i = 0; i < y.elements(); i++) sum += y[i] * dy[i];
    return sum;
  };
  REQUIRE(gradient.shape == x.shape);
  for (int64_t i = 0; i < x.elements(); i++) {
    const double at = x[i];
    x[i] = at + kStep;
    const double above = loss();
    x[i] = at - kStep;
    const double below = loss();
    x[i] = at;
    CAPTURE(i, gradient[i]);
    CHECK(std::fabs((above - below) / (2 * kStep) - gradient[i]) <=
          1e-6 * (1 + std::fabs(gradient[i])));
  }
}

}  // namespace fovea::test
