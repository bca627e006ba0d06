// SPDX-License-Identifier: Apache-2.0
// Local response normalisation, element by element.
#pragma once

#include "reference/arithmetic.h"
#include "reference/array.h"

#include <fovea/kernels/lrn.h>

#include <cmath>

namespace fovea::reference {

template <class T>
T lrn_alpha(const LrnParams& params) {
  if (params.alpha_mode == LrnParams::AlphaMode::sum) return static_cast<T>(params.alpha);
  const bool across = params.region == LrnParams::Region::across_channels;
  const int64_t cells = across ? params.size : params.size * params.size;
  return static_cast<T>(params.alpha) / static_cast<T>(cells);
}

// The terms of one window, in order: visit(term), term being `of`'s element, or +0 outside the
// group where the window is of channels. Cells outside the map are left out. `down` and `up`: how
// far the window reaches.
template <class T, class Visit>
void for_window(const LrnParams& params, const Array<T>& of, int64_t n, int64_t h, int64_t w,
                int64_t c, int64_t down, int64_t up, Visit visit) {
  if (params.region == LrnParams::Region::across_channels) {
    const int64_t group = of.shape[3] / params.groups, first = c / group * group;
    for (int64_t j = c - down; j <= c + up; j++) {
      visit(j >= first && j < first + group ? of(n, h, w, j) : T(0));
    }
    return;
  }
  for (int64_t i = h - down; i <= h + up; i++) {
    for (int64_t j = w - down; j <= w + up; j++) {
      if (i >= 0 && i < of.shape[1] && j >= 0 && j < of.shape[2]) visit(of(n, i, j, c));
    }
  }
}

// Calls visit(n, h, w, c) for every element.
template <class Visit>
void for_elements(const Shape& x, Visit visit) {
  for (int64_t n = 0; n < x[0]; n++)
    for (int64_t h = 0; h < x[1]; h++)
      for (int64_t w = 0; w < x[2]; w++)
        for (int64_t c = 0; c < x[3]; c++) visit(n, h, w, c);
}

// s = k + a sum of x^2
template <class T>
Array<T> lrn_scale(const LrnParams& params, const Array<T>& x) {
  Array<T> s(x.shape);
  for_elements(x.shape, [&](int64_t n, int64_t h, int64_t w, int64_t c) {
    T squares = 0;
    for_window(params, x, n, h, w, c, (params.size - 1) / 2, params.size / 2,
               [&](T v) { squares += v * v; });
    s(n, h, w, c) = std::fma(lrn_alpha<T>(params), squares, static_cast<T>(params.k));
  });
  return s;
}

template <class T>
Array<T> lrn(const LrnParams& params, const Array<T>& x) {
  Array<T> y = lrn_scale(params, x);
  for (int64_t i = 0; i < y.elements(); i++) y[i] = x[i] * negative_power(y[i], params.beta);
  return y;
}

template <class T>
Array<T> lrn_gradient(const LrnParams& params, const Array<T>& x, const Array<T>& dy) {
  const Array<T> s = lrn_scale(params, x);
  Array<T> g(x.shape), ratio(x.shape), dx(x.shape);
  for (int64_t i = 0; i < x.elements(); i++) {
    g[i] = dy[i] * negative_power(s[i], params.beta);
    ratio[i] = g[i] * x[i] / s[i];
  }
  const T factor = T(-2) * lrn_alpha<T>(params) * static_cast<T>(params.beta);
  for_elements(x.shape, [&](int64_t n, int64_t h, int64_t w, int64_t c) {
    bool first = params.region == LrnParams::Region::across_channels;
    T sum = 0;
    for_window(params, ratio, n, h, w, c, params.size / 2, (params.size - 1) / 2, [&](T v) {
      sum = first ? v : sum + v;
      first = false;
    });
    dx(n, h, w, c) = std::fma(factor * x(n, h, w, c), sum, g(n, h, w, c));
  });
  return dx;
}

}  // namespace fovea::reference
