// SPDX-License-Identifier: Apache-2.0
// Pointwise activations.
#pragma once

#include "reference/arithmetic.h"
#include "reference/array.h"

#include <fovea/kernels/activation.h>

#include <cmath>

namespace fovea::reference {

template <class T>
T activation(Activation kind, T v) {
  if (kind == Activation::tanh) return tanh(v);
  if (kind == Activation::sigmoid) return sigmoid(v);
  return v <= 0 ? T(0) : v;
}

template <class T>
T activation_gradient(Activation kind, T y, T dy) {
  if (kind == Activation::tanh) return dy * std::fma(-y, y, T(1));
  if (kind == Activation::sigmoid) return dy * (y * (T(1) - y));
  return y > 0 ? dy : T(0);
}

// The gradient of a ReLU with output v.
template <class T>
Array<T> relu_gradient(const Array<T>& v, Array<T> dy) {
  for (int64_t i = 0; i < dy.elements(); i++) {
    dy[i] = activation_gradient(Activation::relu, v[i], dy[i]);
  }
  return dy;
}

}  // namespace fovea::reference
