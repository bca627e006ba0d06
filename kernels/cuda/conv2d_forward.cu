// SPDX-License-Identifier: Apache-2.0
#include "cuda/gemm/forward.cuh"
#include "cuda/gemm/launch_product.cuh"
#include "cuda/gemm/products.h"

namespace fovea::cuda {

void forward_product(Context& ctx, const char* op, const ConvGeometry& g, const float* x,
                     const float* w, const float* bias, bool relu, float* y) {
  const int group_outputs = g.outputs / g.groups;
  const bool by_quads =
      g.patches.group_channels % 4 == 0 && aligned_to_quads(x) && aligned_to_quads(w);
  ForwardProduct p{.patches = g.patches,
                   .x = x,
                   .w = w,
                   .bias = bias,
                   .y = y,
                   .outputs = g.outputs,
                   .group_outputs = group_outputs,
                   .row_tiles = 0,
                   .column_tiles = 0,
                   .relu = relu,
                   .whole_quads = group_outputs % 4 == 0 && aligned_to_quads(y)};
  with_tile(ctx, {g.patches.pixels(), group_outputs, g.groups},
            [&](auto tile, int row_tiles, int column_tiles) {
              using T = decltype(tile);
              p.row_tiles = row_tiles;
              p.column_tiles = column_tiles;
              p.patches.step = Odometer(T::kDepth, p.patches.kernel_w, p.patches.group_channels);
              launch_product<T>(
                  ctx, op, by_quads ? conv2d_forward_kernel<T, 4> : conv2d_forward_kernel<T, 1>, p,
                  g.groups);
            });
}

}  // namespace fovea::cuda
