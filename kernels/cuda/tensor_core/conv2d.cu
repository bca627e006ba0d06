// SPDX-License-Identifier: Apache-2.0
#include "cuda/common/launch.cuh"
#include "cuda/gemm/tile_choice.h"
#include "cuda/tensor_core/conv2d.h"
#include "cuda/tensor_core/kernels.cuh"

#include <algorithm>

namespace fovea::cuda::tensor_core {
namespace {

// sum[i] = the sum of partial[0][i], partial[1][i], ... in this order.
__global__ void sum_splits_kernel(int64_t elements, int splits, const float* partial, float* sum) {
  const int64_t i = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= elements) return;
  float total = partial[i];
  for (int split = 1; split < splits; split++) total += partial[split * elements + i];
  sum[i] = total;
}

// partial[z][k] = the sum of dy over part z of the pixels, in their order.
__global__ void bias_gradient_kernel(int64_t pixels, int channels, const float* dy,
                                     float* partial) {
  const int channel = static_cast<int>(blockIdx.x * kThreads + threadIdx.x);
  if (channel >= channels) return;
  const int64_t first = pixels * blockIdx.y / gridDim.y;
  const int64_t last = pixels * (blockIdx.y + 1) / gridDim.y;
  float total = 0;
  for (int64_t pixel = first; pixel < last; pixel++) total += dy[pixel * channels + channel];
  partial[int64_t{blockIdx.y} * channels + channel] = total;
}

int64_t div_up(int64_t n, int64_t by) { return (n + by - 1) / by; }
int whole_chunks(int channels, int chunk) {
  return static_cast<int>(div_up(channels, chunk)) * chunk;
}

Axis axis_of(int64_t input, int64_t output, int64_t taps, int64_t stride, int64_t dilation,
             int64_t before) {
  return {static_cast<int>(input),  static_cast<int>(output),   static_cast<int>(taps),
          static_cast<int>(stride), static_cast<int>(dilation), static_cast<int>(before)};
}

Windows windows_of(const Conv2dParams& p, const Shape& x, const Shape& w, int chunk) {
  const Shape y = conv2d_output_shape(p, x, w);
  Windows g;
  g.samples = x[0];
  g.row = axis_of(x[1], y[1], w[1], p.stride.h, p.dilation.h, p.padding.top);
  g.column = axis_of(x[2], y[2], w[2], p.stride.w, p.dilation.w, p.padding.left);
  g.groups = static_cast<int>(p.groups);
  g.c = static_cast<int>(w[3]);
  g.k = static_cast<int>(w[0] / p.groups);
  g.c_stored = whole_chunks(g.c, chunk);
  g.k_stored = whole_chunks(g.k, chunk);
  return g;
}

// The elements of the three arrays as the kernels read them, and how wide their rows are.
struct Stored {
  int64_t rows;
  int channels, stored;

  int64_t elements() const { return rows * stored; }
};
Stored stored_x(const Windows& g) { return {g.input_pixels() * g.groups, g.c, g.c_stored}; }
Stored stored_dy(const Windows& g) { return {g.output_pixels() * g.groups, g.k, g.k_stored}; }
Stored stored_w(const Windows& g) { return {int64_t{g.groups} * g.k * g.taps(), g.c, g.c_stored}; }

// tf32 is read from where it is, if that is in whole chunks.
template <class Format>
bool is_packed_first(const Stored& array) {
  return Format::kChunk == Bf16::kChunk || array.channels != array.stored;
}

template <class Format>
size_t packed_bytes(const Stored& array) {
  if (!is_packed_first<Format>(array)) return 0;
  return Workspace::padded_for<typename Format::Element>(static_cast<size_t>(array.elements()));
}

template <class Format>
const typename Format::Element* packed(Context& ctx, Workspace::Scope& scope, const Stored& array,
                                       const float* from) {
  using Element = typename Format::Element;
  if (!is_packed_first<Format>(array)) return reinterpret_cast<const Element*>(from);
  auto* to = scope.take<Element>(static_cast<size_t>(array.elements()));
  const int64_t blocks = div_up(array.elements() / Format::kChunk, kThreads);
  launch(ctx, "pack_kernel", pack_kernel<Format>, static_cast<unsigned>(blocks), kThreads, 0,
         array.rows, array.channels, array.stored, from, to);
  return to;
}

using LargeTile = Tile<64, 32>;  // 128 x 128
using SmallTile = Tile<32, 16>;  // 64 x 64

// Calls body(tile) with the tile for a result of this size.
template <class Body>
void with_tile(Context& ctx, int64_t rows, int64_t columns, int64_t products, Body body) {
  if (choose_tile(rows, columns, products, multiprocessors(ctx)) == TileSize::large) {
    body(LargeTile());
  } else {
    body(SmallTile());
  }
}

template <class T, class... P, class... A>
void launch_tiles(Context& ctx, const char* name, void (*kernel)(P...), int shared_bytes,
                  int64_t rows, int64_t columns, int64_t products, A... arguments) {
  check(cuda_portable::allow_shared_memory(kernel, shared_bytes), name);
  const dim3 grid(static_cast<unsigned>(div_up(rows, T::kRows)),
                  static_cast<unsigned>(div_up(columns, T::kColumns)),
                  static_cast<unsigned>(products));
  launch(ctx, name, kernel, grid, kThreads, shared_bytes, arguments...);
}

// Parts that the depth of a weight gradient is cut into: enough blocks for two on each
// multiprocessor, while no part is shorter than eight steps; and none of 2^30 pixels.
int splits_of(const Context& ctx, const Windows& g, int step) {
  const int64_t columns = int64_t{g.taps()} * g.c_stored;
  const int64_t tiles =
      div_up(g.k, LargeTile::kRows) * div_up(columns, LargeTile::kColumns) * g.groups;
  const int64_t wanted = div_up(2 * multiprocessors(ctx), tiles);
  const int64_t splits = std::clamp<int64_t>(g.output_pixels() / (8 * step), 1, wanted);
  return static_cast<int>(std::max(splits, div_up(g.output_pixels(), int64_t{1} << 30)));
}

// Parts of the pixels in a bias gradient.
int bias_parts(const Windows& g) {
  return static_cast<int>(std::clamp<int64_t>(g.output_pixels() / 256, 1, 128));
}

size_t partial_elements(const Windows& g, int splits) {
  return static_cast<size_t>(int64_t{splits} * g.groups * g.k * g.taps() * g.c);
}

template <class Format>
size_t workspace_bytes(const Context& ctx, const Windows& g) {
  const size_t x = packed_bytes<Format>(stored_x(g)), w = packed_bytes<Format>(stored_w(g));
  const size_t dy = packed_bytes<Format>(stored_dy(g));
  const int splits = splits_of(ctx, g, kStepDepth<Format>);
  const size_t partial = Workspace::padded_for<float>(partial_elements(g, splits));
  const int64_t bias = int64_t{bias_parts(g)} * g.groups * g.k;
  return std::max(
      {x + w, dy + w, x + dy + partial, Workspace::padded_for<float>(static_cast<size_t>(bias))});
}

template <class Format>
void forward(Context& ctx, const Windows& g, const Tensor& x, const Tensor& w, const Tensor& b,
             bool relu, Tensor& y) {
  Workspace::Scope scope(ctx.workspace(),
                         packed_bytes<Format>(stored_x(g)) + packed_bytes<Format>(stored_w(g)));
  const auto* from = packed<Format>(ctx, scope, stored_x(g), x.data<float>());
  const auto* filter = packed<Format>(ctx, scope, stored_w(g), w.data<float>());
  with_tile(ctx, g.output_pixels(), g.k, g.groups, [&]<class T>(T) {
    launch_tiles<T>(ctx, "forward_kernel", forward_kernel<Format, T>, kForwardShared<Format, T>,
                    g.output_pixels(), g.k, g.groups, g, from, filter,
                    b ? b.data<float>() : nullptr, relu, y.data<float>());
  });
}

template <class Format>
void data_gradient(Context& ctx, const Windows& g, const Tensor& dy, const Tensor& w,
                   const Tensor& relu_output, Tensor& dx) {
  Workspace::Scope scope(ctx.workspace(),
                         packed_bytes<Format>(stored_dy(g)) + packed_bytes<Format>(stored_w(g)));
  const auto* from = packed<Format>(ctx, scope, stored_dy(g), dy.data<float>());
  const auto* filter = packed<Format>(ctx, scope, stored_w(g), w.data<float>());
  with_tile(ctx, g.input_pixels(), g.c, g.groups, [&]<class T>(T) {
    launch_tiles<T>(ctx, "data_gradient_kernel", data_gradient_kernel<Format, T>,
                    kDataGradientShared<Format, T>, g.input_pixels(), g.c, g.groups, g, from,
                    filter, relu_output ? relu_output.data<float>() : nullptr, dx.data<float>());
  });
}

void sum_splits(Context& ctx, int splits, const float* partial, Tensor& sum) {
  launch(ctx, "sum_splits_kernel", sum_splits_kernel,
         static_cast<unsigned>(div_up(sum.elements(), kThreads)), kThreads, 0, sum.elements(),
         splits, partial, sum.data<float>());
}

template <class Format>
void weight_gradient(Context& ctx, const Windows& g, const Tensor& x, const Tensor& dy,
                     Tensor& dw) {
  const int splits = splits_of(ctx, g, kStepDepth<Format>);
  const size_t elements = partial_elements(g, splits);
  Workspace::Scope scope(ctx.workspace(), packed_bytes<Format>(stored_x(g)) +
                                              packed_bytes<Format>(stored_dy(g)) +
                                              Workspace::padded_for<float>(elements));
  const auto* input = packed<Format>(ctx, scope, stored_x(g), x.data<float>());
  const auto* gradient = packed<Format>(ctx, scope, stored_dy(g), dy.data<float>());
  auto* partial = scope.take<float>(elements);
  const int64_t columns = int64_t{g.taps()} * g.c_stored, products = int64_t{g.groups} * splits;
  with_tile(ctx, g.k, columns, products, [&]<class T>(T) {
    launch_tiles<T>(ctx, "weight_gradient_kernel", weight_gradient_kernel<Format, T>,
                    kWeightGradientShared<Format, T>, g.k, columns, products, g, input, gradient,
                    splits, partial);
  });
  sum_splits(ctx, splits, partial, dw);
}

void bias_gradient(Context& ctx, const Windows& g, const Tensor& dy, Tensor& db) {
  const int parts = bias_parts(g), channels = g.groups * g.k;
  const size_t elements = static_cast<size_t>(parts) * static_cast<size_t>(channels);
  Workspace::Scope scope(ctx.workspace(), Workspace::padded_for<float>(elements));
  auto* partial = scope.take<float>(elements);
  const dim3 grid(static_cast<unsigned>(div_up(channels, kThreads)), static_cast<unsigned>(parts));
  launch(ctx, "bias_gradient_kernel", bias_gradient_kernel, grid, kThreads, 0, g.output_pixels(),
         channels, dy.data<float>(), partial);
  sum_splits(ctx, parts, partial, db);
}

// Calls body(format) with the context's.
template <class Body>
auto with_format(const Context& ctx, Body body) {
  return ctx.precision() == Precision::bf16 ? body(Bf16()) : body(Tf32());
}

}  // namespace

size_t conv2d_workspace(const Context& ctx, const Conv2dParams& params, const Shape& x,
                        const Shape& w) {
  return with_format(ctx, [&]<class Format>(Format) {
    return workspace_bytes<Format>(ctx, windows_of(params, x, w, Format::kChunk));
  });
}

void conv2d_forward(Context& ctx, const Conv2dParams& params, const Tensor& x, const Tensor& w,
                    const Tensor& b, Tensor& y) {
  with_format(ctx, [&]<class Format>(Format) {
    forward<Format>(ctx, windows_of(params, x.shape(), w.shape(), Format::kChunk), x, w, b,
                    params.relu, y);
  });
}

void conv2d_data_gradient(Context& ctx, const Conv2dParams& params, const Tensor& dy,
                          const Tensor& w, const Tensor& relu_output, Tensor& dx) {
  with_format(ctx, [&]<class Format>(Format) {
    data_gradient<Format>(ctx, windows_of(params, dx.shape(), w.shape(), Format::kChunk), dy, w,
                          relu_output, dx);
  });
}

void conv2d_weight_gradient(Context& ctx, const Conv2dParams& params, const Tensor& x,
                            const Tensor& dy, Tensor& dw, Tensor& db) {
  with_format(ctx, [&]<class Format>(Format) {
    const Windows g = windows_of(params, x.shape(), dw.shape(), Format::kChunk);
    weight_gradient<Format>(ctx, g, x, dy, dw);
    if (db) bias_gradient(ctx, g, dy, db);
  });
}

}  // namespace fovea::cuda::tensor_core
