// SPDX-License-Identifier: Apache-2.0
// Tensors of reproducible values for tests.
#pragma once

#include <fovea/core/random.h>
#include <fovea/core/tensor.h>

#include <cstdint>

namespace fovea::test {

// Uniform in [-scale, scale).
inline Tensor random_tensor(const Shape& shape, uint32_t which, float scale = 1) {
  Tensor tensor(shape);
  const RandomStream stream(1, Purpose::test, which);
  for (int64_t i = 0; i < tensor.elements(); i++) {
    tensor.data<float>()[i] = scale * (2 * stream.uniform(static_cast<uint64_t>(i)) - 1);
  }
  return tensor;
}

// Labels in [0, classes).
inline Tensor random_labels(int64_t n, uint32_t classes, uint32_t which) {
  Tensor labels(Shape{n}, DType::i32);
  const RandomStream stream(2, Purpose::test, which);
  for (int64_t i = 0; i < n; i++) {
    labels.data<int32_t>()[i] =
        static_cast<int32_t>(stream.below(static_cast<uint64_t>(i), classes));
  }
  return labels;
}

}  // namespace fovea::test
