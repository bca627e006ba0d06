// SPDX-License-Identifier: Apache-2.0
// Fully connected layers by their definition, in double precision.
#pragma once

#include <cstddef>
#include <vector>

namespace fovea::reference {

using Doubles = std::vector<double>;

struct Linear {
  size_t batch, in, out;
};

// b may be empty.
inline Doubles linear_forward(const Linear& s, const Doubles& x, const Doubles& w, const Doubles& b,
                              bool relu) {
  Doubles y(s.batch * s.out, 0.0);
  for (size_t n = 0; n < s.batch; n++)
    for (size_t o = 0; o < s.out; o++) {
      double sum = b.empty() ? 0 : b[o];
      for (size_t i = 0; i < s.in; i++) sum += x[n * s.in + i] * w[o * s.in + i];
      y[n * s.out + o] = relu && sum <= 0 ? 0 : sum;
    }
  return y;
}

inline Doubles linear_data_gradient(const Linear& s, const Doubles& dy, const Doubles& w) {
  Doubles dx(s.batch * s.in, 0.0);
  for (size_t n = 0; n < s.batch; n++)
    for (size_t i = 0; i < s.in; i++)
      for (size_t o = 0; o < s.out; o++) dx[n * s.in + i] += dy[n * s.out + o] * w[o * s.in + i];
  return dx;
}

inline Doubles linear_weight_gradient(const Linear& s, const Doubles& x, const Doubles& dy) {
  Doubles dw(s.out * s.in, 0.0);
  for (size_t o = 0; o < s.out; o++)
    for (size_t i = 0; i < s.in; i++)
      for (size_t n = 0; n < s.batch; n++) dw[o * s.in + i] += dy[n * s.out + o] * x[n * s.in + i];
  return dw;
}

}  // namespace fovea::reference
