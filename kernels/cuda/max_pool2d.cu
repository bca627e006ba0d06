// SPDX-License-Identifier: Apache-2.0
// Max pooling: a thread takes four channels of one output, or of one pixel's gradient.
#include "cuda/common/max_pool.cuh"
#include "cuda/common/rows.cuh"
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

template <class Index>
void forward(Context& ctx, const PoolGeometry& g, const Tensor& x, Tensor& y, Tensor& argmax) {
  Index* places = argmax ? argmax.data<Index>() : nullptr;
  const Channels channels = channels_of(g.channels, x.data<float>(), y.data<float>(), places);
  const RowWork work(x.shape()[0] * g.h.out, g.w.out * channels.fours());
  launch(ctx, "max_pool2d_forward", max_pool_kernel<Index>, work.blocks, work.threads, 0, work, g,
         channels, x.data<float>(), y.data<float>(), places);
}

template <class Index>
void backward(Context& ctx, const PoolGeometry& g, const Tensor& argmax, const Tensor& dy,
              const Tensor& relu_output, Tensor& dx) {
  const float* positive = relu_output ? relu_output.data<float>() : nullptr;
  const Channels channels = channels_of(g.channels, dy.data<float>(), argmax.data<Index>(),
                                        positive, dx.data<float>());
  const RowWork work(dx.shape()[0] * g.h.in, g.w.in * channels.fours());
  launch(ctx, "max_pool2d_backward", max_pool_gradient_kernel<Index>, work.blocks, work.threads, 0,
         work, g, channels, dy.data<float>(), argmax.data<Index>(), positive, dx.data<float>());
}

}  // namespace

void max_pool2d_forward(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y,
                        Tensor& argmax) {
  const PoolGeometry g(params, x.shape(), y.shape());
  const bool bytes = max_pool2d_index_type(params) == DType::u8;
  (bytes ? forward<uint8_t> : forward<int32_t>)(ctx, g, x, y, argmax);
}

void max_pool2d_backward(Context& ctx, const Pool2dParams& params, const Tensor& argmax,
                         const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  const PoolGeometry g(params, dx.shape(), dy.shape());
  const bool bytes = max_pool2d_index_type(params) == DType::u8;
  (bytes ? backward<uint8_t> : backward<int32_t>)(ctx, g, argmax, dy, relu_output, dx);
}

}  // namespace fovea::cuda
