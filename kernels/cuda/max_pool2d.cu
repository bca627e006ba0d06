// SPDX-License-Identifier: Apache-2.0
// Max pooling: a thread takes four channels of one output, or of one pixel's gradient.
#include "cuda/common/max_pool.cuh"
#include "cuda/common/rows.cuh"
#include "cuda/max_pool2d.h"
#include "cuda/ops.h"

#include <type_traits>

namespace fovea::cuda {
namespace {

// The cells of a window that lie in the input: height and width are constants where most windows
// have them, so that all loads are under way together.
template <class Height, class Width>
__device__ Maximum window_max(const PoolGeometry& g, const Channels& channels, int first_place,
                              Height height, Width width, int left, const float* first) {
  Maximum max(first_place);
#pragma unroll
  for (int64_t i = 0; i < height; i++) {
#pragma unroll
    for (int64_t j = 0; j < width; j++) {
      const float* cell = first + (i * g.w.in + j) * channels.count;
      max.take(load(cell, channels.vectors, left),
               first_place + static_cast<int>(i * g.w.kernel + j));
    }
  }
  return max;
}

// A row of work is an output row; argmax may be null.
template <class Index>
__global__ void max_pool_kernel(RowWork work, PoolGeometry g, Channels channels, const float* x,
                                float* y, Index* argmax) {
  constexpr std::integral_constant<int, 3> three;  // AlexNet's windows
  for_items(work, [&](int64_t row, int64_t item) {
    const int64_t n = row / g.h.out, p = row % g.h.out;
    const int64_t q = item / channels.fours(), c = item % channels.fours() * kLanes;
    const Range r = g.h.cells(p), s = g.w.cells(q);
    const int64_t pixel = (n * g.h.in + g.h.start(p) + r.begin) * g.w.in + g.w.start(q) + s.begin;
    const auto pool = [&](auto height, auto width) {
      return window_max(g, channels, static_cast<int>(r.begin * g.w.kernel + s.begin), height,
                        width, channels.left(c), x + pixel * channels.count + c);
    };
    const bool usual = r.size() == three && s.size() == three;
    const Maximum max = usual ? pool(three, three) : pool(r.size(), s.size());
    const int64_t to = (row * g.w.out + q) * channels.count + c;
    store(max.best, y + to, channels.vectors, channels.left(c));
    if (argmax != nullptr) store(max.place, argmax + to, channels.vectors, channels.left(c));
  });
}

// A row of work is a row of the gradient. `positive` may be null, else it is the output of a ReLU
// whose gradient is applied as well.
template <class Index>
__global__ void max_pool_gradient_kernel(RowWork work, PoolGeometry g, Channels channels,
                                         const float* dy, const Index* argmax,
                                         const float* positive, float* dx) {
  for_items(work, [&](int64_t row, int64_t item) {
    const int64_t w = item / channels.fours(), c = item % channels.fours() * kLanes;
    const PixelWindows windows(g, row / g.h.in, row % g.h.in, w);
    Floats sum = sum_of_won(g, channels, windows, c, dy, argmax);
    const int64_t at = (row * g.w.in + w) * channels.count + c;
    const int left = channels.left(c);
    if (positive != nullptr) keep_where_positive(load(positive + at, channels.vectors, left), sum);
    store(sum, dx + at, channels.vectors, left);
  });
}

}  // namespace

template <class Index>
void max_pool(Context& ctx, const PoolGeometry& g, int64_t images, const float* x, float* y,
              Index* argmax) {
  const Channels channels = channels_of(g.channels, x, y, argmax);
  const RowWork work(images * g.h.out, g.w.out * channels.fours());
  launch(ctx, "max_pool2d_forward", max_pool_kernel<Index>, work.blocks, work.threads, 0, work, g,
         channels, x, y, argmax);
}

template <class Index>
void max_pool_gradient(Context& ctx, const PoolGeometry& g, int64_t images, const Index* argmax,
                       const float* dy, const float* positive, float* dx) {
  const Channels channels = channels_of(g.channels, dy, argmax, positive, dx);
  const RowWork work(images * g.h.in, g.w.in * channels.fours());
  launch(ctx, "max_pool2d_backward", max_pool_gradient_kernel<Index>, work.blocks, work.threads, 0,
         work, g, channels, dy, argmax, positive, dx);
}

// For lrn_max_pool2d.cu:
template void max_pool(Context&, const PoolGeometry&, int64_t, const float*, float*, uint8_t*);
template void max_pool_gradient(Context&, const PoolGeometry&, int64_t, const uint8_t*,
                                const float*, const float*, float*);

void max_pool2d_forward(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y,
                        Tensor& argmax) {
  const PoolGeometry g(params, x.shape(), y.shape());
  const auto run = [&]<class Index>(Index) {
    max_pool(ctx, g, x.shape()[0], x.data<float>(), y.data<float>(),
             argmax ? argmax.data<Index>() : nullptr);
  };
  if (max_pool2d_index_type(params) == DType::u8) return run(uint8_t{});
  run(int32_t{});
}

void max_pool2d_backward(Context& ctx, const Pool2dParams& params, const Tensor& argmax,
                         const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  const PoolGeometry g(params, dx.shape(), dy.shape());
  const float* positive = relu_output ? relu_output.data<float>() : nullptr;
  const auto run = [&]<class Index>(Index) {
    max_pool_gradient<Index>(ctx, g, dx.shape()[0], argmax.data<Index>(), dy.data<float>(),
                             positive, dx.data<float>());
  };
  if (max_pool2d_index_type(params) == DType::u8) return run(uint8_t{});
  run(int32_t{});
}

}  // namespace fovea::cuda
