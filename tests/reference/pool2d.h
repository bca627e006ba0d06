// SPDX-License-Identifier: Apache-2.0
// Max and average pooling, cell by cell.
#pragma once

#include "reference/array.h"

#include <fovea/kernels/pool2d.h>

namespace fovea::reference {

// Calls visit(n, p, q, c) for every output, in row-major order.
template <class Visit>
void for_outputs(const Shape& y, Visit visit) {
  for (int64_t n = 0; n < y[0]; n++)
    for (int64_t p = 0; p < y[1]; p++)
      for (int64_t q = 0; q < y[2]; q++)
        for (int64_t c = 0; c < y[3]; c++) visit(n, p, q, c);
}

// Calls visit(r, s, h, w) for the cells (r, s) of window (p, q) that lie in the input, at (h, w).
template <class Visit>
void for_cells(const Pool2dParams& params, const Shape& x, int64_t p, int64_t q, Visit visit) {
  for (int64_t r = 0; r < params.kernel.h; r++) {
    for (int64_t s = 0; s < params.kernel.w; s++) {
      const int64_t h = p * params.stride.h - params.padding.top + r;
      const int64_t w = q * params.stride.w - params.padding.left + s;
      if (h >= 0 && h < x[1] && w >= 0 && w < x[2]) visit(r, s, h, w);
    }
  }
}

template <class T>
struct MaxPool2d {
  Array<T> y;
  Array<int32_t> argmax;
};

template <class T>
MaxPool2d<T> max_pool2d(const Pool2dParams& params, const Array<T>& x) {
  const Shape shape = pool2d_output_shape("reference", params, x.shape);
  MaxPool2d<T> out{Array<T>(shape), Array<int32_t>(shape)};
  for_outputs(shape, [&](int64_t n, int64_t p, int64_t q, int64_t c) {
    bool first = true;
    T best = 0;
    int64_t place = 0;
    for_cells(params, x.shape, p, q, [&](int64_t r, int64_t s, int64_t h, int64_t w) {
      const T v = x(n, h, w, c);
      const bool first_nan = v != v && best == best;
      if (first || v > best || first_nan) best = v, place = r * params.kernel.w + s;
      first = false;
    });
    out.y(n, p, q, c) = best;
    out.argmax(n, p, q, c) = static_cast<int32_t>(place);
  });
  return out;
}

template <class T>
Array<T> max_pool2d_gradient(const Pool2dParams& params, const Shape& x,
                             const Array<int32_t>& argmax, const Array<T>& dy) {
  Array<T> dx(x);
  for_outputs(dy.shape, [&](int64_t n, int64_t p, int64_t q, int64_t c) {
    const int64_t place = argmax(n, p, q, c);
    dx(n, p * params.stride.h - params.padding.top + place / params.kernel.w,
       q * params.stride.w - params.padding.left + place % params.kernel.w, c) += dy(n, p, q, c);
  });
  return dx;
}

// What the sum over window (p, q) is divided by.
template <class T>
T window_cells(const Pool2dParams& params, const Shape& x, int64_t p, int64_t q) {
  int64_t cells = 0;
  for (int64_t r = 0; r < params.kernel.h; r++) {
    for (int64_t s = 0; s < params.kernel.w; s++) {
      const int64_t h = p * params.stride.h + r, w = q * params.stride.w + s;  // in padded input
      const bool in_input = h >= params.padding.top && h < params.padding.top + x[1] &&
                            w >= params.padding.left && w < params.padding.left + x[2];
      const bool in_padded = h < params.padding.top + x[1] + params.padding.bottom &&
                             w < params.padding.left + x[2] + params.padding.right;
      cells += params.count_include_pad ? in_padded : in_input;
    }
  }
  return static_cast<T>(cells);
}

template <class T>
Array<T> avg_pool2d(const Pool2dParams& params, const Array<T>& x) {
  Array<T> y(pool2d_output_shape("reference", params, x.shape));
  for_outputs(y.shape, [&](int64_t n, int64_t p, int64_t q, int64_t c) {
    T sum = 0;
    for_cells(params, x.shape, p, q,
              [&](int64_t, int64_t, int64_t h, int64_t w) { sum += x(n, h, w, c); });
    y(n, p, q, c) = sum / window_cells<T>(params, x.shape, p, q);
  });
  return y;
}

template <class T>
Array<T> avg_pool2d_gradient(const Pool2dParams& params, const Shape& x, const Array<T>& dy) {
  Array<T> dx(x);
  for_outputs(dy.shape, [&](int64_t n, int64_t p, int64_t q, int64_t c) {
    const T share = dy(n, p, q, c) / window_cells<T>(params, x, p, q);
    for_cells(params, x, p, q,
              [&](int64_t, int64_t, int64_t h, int64_t w) { dx(n, h, w, c) += share; });
  });
  return dx;
}

}  // namespace fovea::reference
