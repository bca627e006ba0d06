// SPDX-License-Identifier: Apache-2.0
// The specified float arithmetic of convolution and linear layers (docs/numerics.md), one scalar at
// a time: what every implementation must equal bit for bit.
#pragma once

#include "reference/conv2d.h"

#include <cmath>
#include <cstddef>
#include <vector>

namespace fovea::reference::exact {

using Floats = std::vector<float>;

// Neighbours are added pairwise, level by level, an odd last one is carried up; then + 0.
inline float tree(Floats shards) {
  while (shards.size() > 1) {
    Floats pairs;
    for (size_t i = 0; i + 1 < shards.size(); i += 2) pairs.push_back(shards[i] + shards[i + 1]);
    if (shards.size() % 2 == 1) pairs.push_back(shards.back());
    shards = pairs;
  }
  return shards[0] + 0.f;
}

// Calls add(shard, sample) for the samples of every shard in order.
template <class Add>
void for_each_sample(int64_t batch, int shards, Add&& add) {
  for (int s = 0; s < shards; s++)
    for (int64_t n = batch * s / shards; n < batch * (s + 1) / shards; n++)
      add(static_cast<size_t>(s), n);
}

inline float relu(float v) { return v <= 0 ? 0.f : v; }

// A chain over (filter row, filter column, channel); padding takes part as +0.
inline Floats conv2d_forward(const Conv2d& s, const Floats& x, const Floats& w, const Floats& b) {
  Floats y(static_cast<size_t>(s.y.elements()));
  for (int64_t n = 0; n < s.y[0]; n++)
    for (int64_t p = 0; p < s.y[1]; p++)
      for (int64_t q = 0; q < s.y[2]; q++)
        for (int64_t k = 0; k < s.y[3]; k++) {
          float sum = 0;
          for (int64_t r = 0; r < s.w[1]; r++)
            for (int64_t t = 0; t < s.w[2]; t++)
              for (int64_t c = 0; c < s.w[3]; c++) {
                const int64_t h = s.row(p, r), v = s.column(q, t);
                const int64_t channel = k / s.group_outputs() * s.group_channels() + c;
                const float value = s.inside(h, v) ? x[s.x_at(n, h, v, channel)] : 0.f;
                sum = std::fma(value, w[s.w_at(k, r, t, c)], sum);
              }
          sum += b.empty() ? 0.f : b[static_cast<size_t>(k)];
          y[s.y_at(n, p, q, k)] = s.params.relu ? relu(sum) : sum;
        }
  return y;
}

// A chain over (output row, output column, output channel), all ascending: the windows that a
// filter of unlimited outputs would place on the pixel; those past the output's edge take part as
// +0.
inline float conv2d_dx(const Conv2d& s, const Floats& dy, const Floats& w, int64_t n, int64_t h,
                       int64_t v, int64_t c) {
  float sum = 0;
  const int64_t first = c / s.group_channels() * s.group_outputs();
  for (int64_t r = s.w[1] - 1; r >= 0; r--)
    for (int64_t t = s.w[2] - 1; t >= 0; t--) {
      const int64_t up = h + s.params.padding.top - r * s.params.dilation.h;
      const int64_t left = v + s.params.padding.left - t * s.params.dilation.w;
      if (up % s.params.stride.h != 0 || left % s.params.stride.w != 0) continue;
      const int64_t p = up / s.params.stride.h, q = left / s.params.stride.w;
      const bool inside = up >= 0 && p < s.y[1] && left >= 0 && q < s.y[2];
      for (int64_t k = first; k < first + s.group_outputs(); k++) {
        const float value = inside ? dy[s.y_at(n, p, q, k)] : 0.f;
        sum = std::fma(value, w[s.w_at(k, r, t, c % s.group_channels())], sum);
      }
    }
  return sum + 0.f;
}

inline Floats conv2d_data_gradient(const Conv2d& s, const Floats& dy, const Floats& w) {
  Floats dx(static_cast<size_t>(s.x.elements()));
  for (int64_t n = 0; n < s.x[0]; n++)
    for (int64_t h = 0; h < s.x[1]; h++)
      for (int64_t v = 0; v < s.x[2]; v++)
        for (int64_t c = 0; c < s.x[3]; c++)
          dx[s.x_at(n, h, v, c)] = conv2d_dx(s, dy, w, n, h, v, c);
  return dx;
}

// Per shard a chain over (sample, output row, output column), then the tree.
inline Floats conv2d_weight_gradient(const Conv2d& s, const Floats& x, const Floats& dy,
                                     int shards) {
  Floats dw(static_cast<size_t>(s.w.elements()));
  for (int64_t k = 0; k < s.w[0]; k++)
    for (int64_t r = 0; r < s.w[1]; r++)
      for (int64_t t = 0; t < s.w[2]; t++)
        for (int64_t c = 0; c < s.w[3]; c++) {
          Floats sums(static_cast<size_t>(shards), 0.f);
          for_each_sample(s.x[0], shards, [&](size_t shard, int64_t n) {
            for (int64_t p = 0; p < s.y[1]; p++)
              for (int64_t q = 0; q < s.y[2]; q++) {
                const int64_t h = s.row(p, r), v = s.column(q, t);
                const int64_t channel = k / s.group_outputs() * s.group_channels() + c;
                const float value = s.inside(h, v) ? x[s.x_at(n, h, v, channel)] : 0.f;
                sums[shard] = std::fma(dy[s.y_at(n, p, q, k)], value, sums[shard]);
              }
          });
          dw[s.w_at(k, r, t, c)] = tree(sums);
        }
  return dw;
}

// Per shard a chain of additions over its rows, then the tree. dy: batch samples of rows x columns.
inline Floats bias_gradient(const Floats& dy, int64_t batch, size_t columns, int shards) {
  const size_t rows = batch == 0 ? 0 : dy.size() / columns / static_cast<size_t>(batch);
  Floats db(columns);
  for (size_t c = 0; c < columns; c++) {
    Floats sums(static_cast<size_t>(shards), 0.f);
    for_each_sample(batch, shards, [&](size_t shard, int64_t n) {
      for (size_t r = 0; r < rows; r++)
        sums[shard] += dy[(static_cast<size_t>(n) * rows + r) * columns + c];
    });
    db[c] = tree(sums);
  }
  return db;
}

}  // namespace fovea::reference::exact
