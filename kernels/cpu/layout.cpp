// SPDX-License-Identifier: Apache-2.0
// Transposition of each image's matrix (channels, pixels), square by square.
#include <fovea/kernels/layout.h>

#include <algorithm>

namespace fovea::cpu {
namespace {

constexpr int64_t kEdge = 32;  // two squares of floats are in the first cache

// `count` matrices (rows, columns) become (columns, rows).
void transpose(Context& ctx, int64_t count, int64_t rows, int64_t columns, const float* x,
               float* y) {
  const int64_t bands = (rows + kEdge - 1) / kEdge;
  ctx.pool().parallel_for(count * bands, [&](int64_t item, int) {
    const float* from = x + item / bands * rows * columns;
    float* to = y + item / bands * rows * columns;
    const int64_t begin = item % bands * kEdge, end = std::min(begin + kEdge, rows);
    for (int64_t left = 0; left < columns; left += kEdge) {
      const int64_t right = std::min(left + kEdge, columns);
      for (int64_t column = left; column < right; column++) {
        for (int64_t row = begin; row < end; row++)
          to[column * rows + row] = from[row * columns + column];
      }
    }
  });
}

}  // namespace

void nchw_to_nhwc(Context& ctx, const Tensor& x, Tensor& y) {
  const Shape& s = x.shape();
  transpose(ctx, s[0], s[1], s[2] * s[3], x.data<float>(), y.data<float>());
}

void nhwc_to_nchw(Context& ctx, const Tensor& x, Tensor& y) {
  const Shape& s = x.shape();
  transpose(ctx, s[0], s[1] * s[2], s[3], x.data<float>(), y.data<float>());
}

}  // namespace fovea::cpu
