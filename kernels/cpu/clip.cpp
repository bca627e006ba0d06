// SPDX-License-Identifier: Apache-2.0
// Plain loops that compilers turn into vector code: each element is on its own, or in a part of its
// own, so no order is theirs to choose.
#include "common/norm_factor.h"

#include <fovea/kernels/clip.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fovea::cpu {

namespace {

// The square of a float is exact in double precision.
double block_squares(const float* x, int64_t count) {
  std::array<double, kSquaresParts> parts{};
  int64_t i = 0;
  for (; i + kSquaresParts <= count; i += kSquaresParts) {
    for (int64_t k = 0; k < kSquaresParts; k++) {
      const double v = x[i + k];
      parts[static_cast<size_t>(k)] += v * v;
    }
  }
  for (int64_t k = 0; i + k < count; k++) {
    const double v = x[i + k];
    parts[static_cast<size_t>(k)] += v * v;
  }
  for (size_t half = kSquaresParts / 2; half > 0; half /= 2) {
    for (size_t k = 0; k < half; k++) parts[k] = parts[2 * k] + parts[2 * k + 1];
  }
  return parts[0];
}

}  // namespace

void sum_of_squares(Context& ctx, const Tensor& x, Tensor& result) {
  const int64_t n = x.elements(), blocks = (n + kSquaresBlock - 1) / kSquaresBlock;
  Workspace::Scope scope(ctx.workspace(),
                         Workspace::padded_for<double>(static_cast<size_t>(blocks)));
  auto* sums = scope.take<double>(static_cast<size_t>(blocks));
  ctx.pool().parallel_for(blocks, [&](int64_t b, int) {
    const int64_t begin = b * kSquaresBlock;
    sums[b] = block_squares(x.data<float>() + begin, std::min(kSquaresBlock, n - begin));
  });
  double sum = 0;
  for (int64_t b = 0; b < blocks; b++) sum += sums[b];
  *result.data<double>() = sum;
}

void scale(Context& ctx, float factor, Tensor& x) {
  float* values = x.data<float>();
  ctx.pool().parallel_ranges(x.elements(), kSquaresBlock, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) values[i] *= factor;
  });
}

void clamp(Context& ctx, float limit, Tensor& x) {
  float* values = x.data<float>();
  ctx.pool().parallel_ranges(x.elements(), kSquaresBlock, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const float v = values[i];
      values[i] = v > limit ? limit : v < -limit ? -limit : v;
    }
  });
}

void limit_norm(Context& ctx, float limit, const Tensor& squares, Tensor& x) {
  const double factor = norm_factor(limit, *squares.data<double>());
  if (factor < 1) cpu::scale(ctx, static_cast<float>(factor), x);
}

void halt_unless_finite(Context&, const Tensor& loss, const Tensor& squares, Tensor& halted) {
  if (!std::isfinite(*loss.data<float>()) || !std::isfinite(*squares.data<double>()))
    *halted.data<int32_t>() = 1;
}

}  // namespace fovea::cpu
