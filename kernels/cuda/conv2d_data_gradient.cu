// SPDX-License-Identifier: Apache-2.0
#include "cuda/gemm/data_gradient.cuh"
#include "cuda/gemm/launch_product.cuh"
#include "cuda/gemm/products.h"

namespace fovea::cuda {
namespace {

// to (group channels of all groups, taps, outputs of the group) = w (outputs, taps, channels of the
// group), group by group.
__global__ void __launch_bounds__(256) turn_filters_kernel(const float* w, int groups, int outputs,
                                                           int taps, int channels, float* to) {
  const long long group_size = static_cast<long long>(outputs) * taps * channels;
  const long long count = group_size * groups;
  const long long step = static_cast<long long>(gridDim.x) * blockDim.x;
  for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += step) {
    const long long group = i / group_size, rest = i % group_size;
    const long long output = rest % outputs, tap = rest / outputs % taps;
    const long long channel = rest / outputs / taps;
    to[i] = w[group * group_size + (output * taps + tap) * channels + channel];
  }
}

DataGradientProduct describe(const ConvGeometry& g, const float* dy, const float* w,
                             const float* relu_output, float* dx) {
  const Patches& x = g.patches;
  DataGradientProduct p{};
  p.patches.samples = x.samples;
  p.patches.height = x.out_h;
  p.patches.width = x.out_w;
  p.patches.channels = g.outputs;
  p.patches.group_channels = g.outputs / g.groups;
  p.dy = dy;
  p.w = w;
  p.relu_output = relu_output;
  p.dx = dx;
  p.height = x.height;
  p.width = x.width;
  p.channels = x.channels;
  p.group_channels = x.group_channels;
  p.group_outputs = g.outputs / g.groups;
  p.groups = g.groups;
  p.kernel_h = x.kernel_h;
  p.kernel_w = x.kernel_w;
  p.stride_h = x.stride_h;
  p.stride_w = x.stride_w;
  p.dilation_h = x.dilation_h;
  p.dilation_w = x.dilation_w;
  p.top = x.top;
  p.left = x.left;
  p.whole_quads = x.group_channels % 4 == 0 && aligned_to_quads(dx);
  return p;
}

}  // namespace

void data_gradient_product(Context& ctx, const char* op, const ConvGeometry& g, const float* dy,
                           const float* w, const float* relu_output, float* dx) {
  DataGradientProduct p = describe(g, dy, w, relu_output, dx);
  const bool point = p.kernel_h * p.kernel_w == 1;
  const int64_t phases = int64_t{p.stride_h} * p.stride_w;
  // A phase has as many pixels at most.
  const int64_t rows =
      p.patches.samples * div_up(p.height, p.stride_h) * div_up(p.width, p.stride_w);
  if (rows == 0) return;
  const int64_t weights = int64_t{g.outputs} * g.patches.depth();
  Workspace::Scope scope(ctx.workspace(), Workspace::padded_for<float>(point ? 0 : weights));
  if (!point) {
    auto* turned = scope.take<float>(weights);
    launch(ctx, op, turn_filters_kernel,
           static_cast<unsigned>(std::min(div_up(weights, 256), int64_t{4096})), 256, 0, w,
           g.groups, p.group_outputs, p.kernel_h * p.kernel_w, p.group_channels, turned);
    p.w = turned;
  }
  const bool by_quads = p.group_outputs % 4 == 0 && aligned_to_quads(dy) &&
                        (!point || (p.group_channels % 4 == 0 && aligned_to_quads(w)));
  with_tile(ctx, {rows, p.group_channels, g.groups * phases},
            [&](auto tile, int row_tiles, int column_tiles) {
              using T = decltype(tile);
              p.row_tiles = row_tiles;
              p.column_tiles = column_tiles;
              const auto kernel = point ? (by_quads ? conv2d_data_gradient_kernel<T, 4, true>
                                                    : conv2d_data_gradient_kernel<T, 1, true>)
                                        : (by_quads ? conv2d_data_gradient_kernel<T, 4, false>
                                                    : conv2d_data_gradient_kernel<T, 1, false>);
              launch_product<T>(ctx, op, kernel, p, g.groups * phases);
            });
}

}  // namespace fovea::cuda
