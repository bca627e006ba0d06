// SPDX-License-Identifier: Apache-2.0
// Average pooling: a thread takes four channels of one output, or of one pixel's gradient.
#include "common/pool_geometry.h"
#include "cuda/common/lanes.cuh"
#include "cuda/common/rows.cuh"
#include "cuda/ops.h"

namespace fovea::cuda {
namespace {

using detail::PoolGeometry;
using detail::Range;

// What the sum over window (p, q) is divided by.
__device__ inline float divisor(const PoolGeometry& g, bool count_padding, int64_t p, int64_t q) {
  return count_padding ? static_cast<float>(g.h.padded_cells(p) * g.w.padded_cells(q))
                       : static_cast<float>(g.h.cells(p).size() * g.w.cells(q).size());
}

// A row of work is an output row.
__global__ void avg_pool_kernel(RowWork work, PoolGeometry g, Channels channels, bool count_padding,
                                const float* x, float* y) {
  for_items(work, [&](int64_t row, int64_t item) {
    const int64_t n = row / g.h.out, p = row % g.h.out;
    const int64_t q = item / channels.fours(), c = item % channels.fours() * kLanes;
    const Range r = g.h.cells(p), s = g.w.cells(q);
    const int64_t pixel = (n * g.h.in + g.h.start(p)) * g.w.in + g.w.start(q);
    const int left = channels.left(c);
    Floats sum{};
    for (int64_t i = r.begin; i < r.end; i++) {
      for (int64_t j = s.begin; j < s.end; j++) {
        const float* cell = x + (pixel + i * g.w.in + j) * channels.count + c;
        const Floats v = load(cell, channels.vectors, left);
#pragma unroll
        for (int u = 0; u < kLanes; u++) sum[u] += v[u];
      }
    }
    const float cells = divisor(g, count_padding, p, q);
#pragma unroll
    for (int u = 0; u < kLanes; u++) sum[u] /= cells;
    store(sum, y + (row * g.w.out + q) * channels.count + c, channels.vectors, left);
  });
}

// A row of work is a row of the gradient: for each pixel its windows' shares, in ascending order.
__global__ void avg_pool_gradient_kernel(RowWork work, PoolGeometry g, Channels channels,
                                         bool count_padding, const float* dy, float* dx) {
  for_items(work, [&](int64_t row, int64_t item) {
    const int64_t n = row / g.h.in, h = row % g.h.in;
    const int64_t w = item / channels.fours(), c = item % channels.fours() * kLanes;
    const Range rows = g.h.windows(h), columns = g.w.windows(w);
    const int left = channels.left(c);
    Floats sum{};
    for (int64_t p = rows.begin; p < rows.end; p++) {
      for (int64_t q = columns.begin; q < columns.end; q++) {
        const float cells = divisor(g, count_padding, p, q);
        const int64_t window = (n * g.h.out + p) * g.w.out + q;
        const Floats v = load(dy + window * channels.count + c, channels.vectors, left);
#pragma unroll
        for (int u = 0; u < kLanes; u++) sum[u] += v[u] / cells;
      }
    }
    store(sum, dx + (row * g.w.in + w) * channels.count + c, channels.vectors, left);
  });
}

}  // namespace

void avg_pool2d_forward(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y) {
  const PoolGeometry g(params, x.shape(), y.shape());
  const Channels channels = channels_of(g.channels, x.data<float>(), y.data<float>());
  const RowWork work(x.shape()[0] * g.h.out, g.w.out * channels.fours());
  launch(ctx, "avg_pool2d_forward", avg_pool_kernel, work.blocks, work.threads, 0, work, g,
         channels, params.count_include_pad, x.data<float>(), y.data<float>());
}

void avg_pool2d_backward(Context& ctx, const Pool2dParams& params, const Tensor& dy, Tensor& dx) {
  const PoolGeometry g(params, dx.shape(), dy.shape());
  const Channels channels = channels_of(g.channels, dy.data<float>(), dx.data<float>());
  const RowWork work(dx.shape()[0] * g.h.in, g.w.in * channels.fours());
  launch(ctx, "avg_pool2d_backward", avg_pool_gradient_kernel, work.blocks, work.threads, 0, work,
         g, channels, params.count_include_pad, dy.data<float>(), dx.data<float>());
}

}  // namespace fovea::cuda
