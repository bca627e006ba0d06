// SPDX-License-Identifier: Apache-2.0
// Convolution by its definition, in double precision: loops over every index, never optimised.
#pragma once

#include <fovea/kernels/conv2d.h>

#include <cstddef>
#include <vector>

namespace fovea::reference {

using Doubles = std::vector<double>;

// Extents of one convolution, and where its elements lie.
struct Conv2d {
  fovea::Conv2dParams params;
  fovea::Shape x, w, y;

  Conv2d(const fovea::Conv2dParams& p, const fovea::Shape& x_shape, const fovea::Shape& w_shape)
      : params(p), x(x_shape), w(w_shape), y(fovea::conv2d_output_shape(p, x_shape, w_shape)) {}

  int64_t group_channels() const { return x[3] / params.groups; }
  int64_t group_outputs() const { return w[0] / params.groups; }
  int64_t row(int64_t p, int64_t r) const {
    return p * params.stride.h + r * params.dilation.h - params.padding.top;
  }
  int64_t column(int64_t q, int64_t s) const {
    return q * params.stride.w + s * params.dilation.w - params.padding.left;
  }
  bool inside(int64_t h, int64_t v) const { return h >= 0 && h < x[1] && v >= 0 && v < x[2]; }
  size_t x_at(int64_t n, int64_t h, int64_t v, int64_t c) const {
    return static_cast<size_t>(((n * x[1] + h) * x[2] + v) * x[3] + c);
  }
  size_t w_at(int64_t k, int64_t r, int64_t s, int64_t c) const {
    return static_cast<size_t>(((k * w[1] + r) * w[2] + s) * w[3] + c);
  }
  size_t y_at(int64_t n, int64_t p, int64_t q, int64_t k) const {
    return static_cast<size_t>(((n * y[1] + p) * y[2] + q) * y[3] + k);
  }
};

// Calls term(x index, w index, y index) for every product of the convolution.
template <class Term>
void for_each_product(const Conv2d& s, Term&& term) {
  for (int64_t n = 0; n < s.y[0]; n++)
    for (int64_t p = 0; p < s.y[1]; p++)
      for (int64_t q = 0; q < s.y[2]; q++)
        for (int64_t k = 0; k < s.y[3]; k++)
          for (int64_t r = 0; r < s.w[1]; r++)
            for (int64_t t = 0; t < s.w[2]; t++) {
              const int64_t h = s.row(p, r), v = s.column(q, t);
              if (!s.inside(h, v)) continue;
              const int64_t channel = k / s.group_outputs() * s.group_channels();
              const size_t i = s.x_at(n, h, v, channel), j = s.w_at(k, r, t, 0);
              const size_t o = s.y_at(n, p, q, k), channels = static_cast<size_t>(s.w[3]);
              for (size_t c = 0; c < channels; c++) term(i + c, j + c, o);
            }
}

// b may be empty.
inline Doubles conv2d_forward(const Conv2d& s, const Doubles& x, const Doubles& w,
                              const Doubles& b) {
  Doubles y(static_cast<size_t>(s.y.elements()), 0.0);
  for_each_product(s, [&](size_t i, size_t j, size_t o) { y[o] += x[i] * w[j]; });
  for (size_t o = 0; o < y.size(); o++) {
    if (!b.empty()) y[o] += b[o % b.size()];
    if (s.params.relu && y[o] <= 0) y[o] = 0;
  }
  return y;
}

inline Doubles conv2d_data_gradient(const Conv2d& s, const Doubles& dy, const Doubles& w) {
  Doubles dx(static_cast<size_t>(s.x.elements()), 0.0);
  for_each_product(s, [&](size_t i, size_t j, size_t o) { dx[i] += dy[o] * w[j]; });
  return dx;
}

inline Doubles conv2d_weight_gradient(const Conv2d& s, const Doubles& x, const Doubles& dy) {
  Doubles dw(static_cast<size_t>(s.w.elements()), 0.0);
  for_each_product(s, [&](size_t i, size_t j, size_t o) { dw[j] += dy[o] * x[i]; });
  return dw;
}

// Sums dy over all but its last axis, of `columns` elements.
inline Doubles bias_gradient(const Doubles& dy, size_t columns) {
  Doubles db(columns, 0.0);
  for (size_t o = 0; o < dy.size(); o++) db[o % columns] += dy[o];
  return db;
}

}  // namespace fovea::reference
