// SPDX-License-Identifier: Apache-2.0
// A plain array for the references: a shape and its values.
#pragma once

#include <fovea/core/shape.h>
#include <fovea/core/tensor.h>

#include <cstdint>
#include <vector>

namespace fovea::reference {

template <class T>
struct Array {
  Array() = default;
  explicit Array(const Shape& of) : shape(of), values(static_cast<size_t>(of.elements())) {}
  // The tensor's elements, float or integer, as T.
  static Array from(const Tensor& elements) {
    const Tensor tensor = elements.to(Device::cpu());
    Array array(tensor.shape());
    for (int64_t i = 0; i < tensor.elements(); i++) {
      if (tensor.dtype() == DType::f32) array[i] = static_cast<T>(tensor.data<float>()[i]);
      if (tensor.dtype() == DType::i32) array[i] = static_cast<T>(tensor.data<int32_t>()[i]);
      if (tensor.dtype() == DType::u8) array[i] = static_cast<T>(tensor.data<uint8_t>()[i]);
    }
    return array;
  }

  int64_t elements() const { return shape.elements(); }
  T& operator[](int64_t i) { return values[static_cast<size_t>(i)]; }
  const T& operator[](int64_t i) const { return values[static_cast<size_t>(i)]; }

  // Of (n, h, w, c).
  T& operator()(int64_t n, int64_t h, int64_t w, int64_t c) { return (*this)[at(n, h, w, c)]; }
  const T& operator()(int64_t n, int64_t h, int64_t w, int64_t c) const {
    return (*this)[at(n, h, w, c)];
  }
  int64_t at(int64_t n, int64_t h, int64_t w, int64_t c) const {
    return ((n * shape[1] + h) * shape[2] + w) * shape[3] + c;
  }

  Shape shape;
  std::vector<T> values;
};

}  // namespace fovea::reference
