// SPDX-License-Identifier: Apache-2.0
// The sum of all elements, in the specified order.
#pragma once

#include "reference/array.h"

#include <fovea/kernels/elementwise.h>

#include <array>

namespace fovea::reference {

// Element i of n is added to part i % kReduceParts; then halves are added.
template <class T>
T sum(const T* x, int64_t n) {
  std::array<T, kReduceParts> parts{};
  for (int64_t i = 0; i < n; i++) parts[static_cast<size_t>(i % kReduceParts)] += x[i];
  for (size_t half = kReduceParts / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; i++) parts[i] += parts[i + half];
  }
  return parts[0];
}

}  // namespace fovea::reference
