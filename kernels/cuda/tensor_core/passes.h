// SPDX-License-Identifier: Apache-2.0
// The passes of a convolution on tensor cores, each for one format.
#pragma once

#include "cuda/common/launch.cuh"
#include "cuda/gemm/products.h"
#include "cuda/gemm/sizes.h"
#include "cuda/gemm/tile_choice.h"
#include "cuda/tensor_core/pixel_windows.h"
#include "cuda/tensor_core/tile.cuh"

#include <fovea/core/workspace.h>
#include <fovea/kernels/weight.h>

namespace fovea::cuda::tensor_core {

// A convolution, and its channels as the kernels read them: whole chunks.
struct Windows : ConvGeometry {
  int c = 0, k = 0;  // channels of one group, of x and of y
  int c_stored = 0, k_stored = 0;

  int taps() const { return patches.kernel_h * patches.kernel_w; }
  int64_t input_pixels() const { return int64_t{patches.samples} * patches.height * patches.width; }
  int64_t output_pixels() const { return patches.pixels(); }
  int64_t weights() const { return int64_t{outputs} * taps() * c; }
};

// Those of x, one for each pixel of y.
inline PixelWindows windows_of_x(const Windows& g) {
  const Patches& x = g.patches;
  PixelWindows p;
  p.samples = x.samples, p.height = x.height, p.width = x.width;
  p.groups = g.groups, p.channels = g.c_stored;
  p.out_h = x.out_h, p.out_w = x.out_w;
  p.taps_h = x.kernel_h, p.taps_w = x.kernel_w;
  p.stride_h = x.stride_h, p.stride_w = x.stride_w;
  p.dilation_h = x.dilation_h, p.dilation_w = x.dilation_w;
  p.top = x.top, p.left = x.left;
  return p;
}

// What a product's element costs on a tile, relative to the large one (docs/kernels.md).
constexpr TileCosts kSquareTiles{.medium = 1.8, .small = 1e9};
constexpr TileCosts kAllTiles{.medium = 1.8, .small = 1e9, .tall = 1.0};

// Calls body(tile) with the tile for `products` results of this size. kTall: whether that may be
// the tall one.
template <bool kTall, class Body>
void with_tile(Context& ctx, int64_t rows, int64_t columns, int64_t products, Body body) {
  const TileSize size =
      choose_tile(rows, columns, products, multiprocessors(ctx), kTall ? kAllTiles : kSquareTiles);
  if constexpr (kTall) {
    if (size == TileSize::tall) return body(TallTile());
  }
  if (size == TileSize::large || size == TileSize::tall) return body(LargeTile());
  body(SmallTile());
}

template <class T, class... P, class... A>
void launch_tiles(Context& ctx, const char* name, void (*kernel)(P...), size_t shared_bytes,
                  int64_t rows, int64_t columns, int64_t products, A... arguments) {
  check(cuda_portable::allow_shared_memory(kernel, shared_bytes), name);
  const dim3 grid(static_cast<unsigned>(div_up(rows, T::kRows)),
                  static_cast<unsigned>(div_up(columns, T::kColumns)),
                  static_cast<unsigned>(products));
  launch(ctx, name, kernel, grid, kThreads, shared_bytes, arguments...);
}

// An array in fp32, in rows of `channels`, as the kernels read it: in the format, in rows of
// `stored`. tf32 is read from where it is, if that is in whole chunks.
struct Stored {
  int64_t rows;
  int channels, stored;

  int64_t elements() const { return rows * stored; }
};
inline Stored stored_x(const Windows& g) { return {g.input_pixels() * g.groups, g.c, g.c_stored}; }
inline Stored stored_dy(const Windows& g) {
  return {g.output_pixels() * g.groups, g.k, g.k_stored};
}
inline Stored stored_w(const Windows& g) {
  return {int64_t{g.outputs} * g.taps(), g.c, g.c_stored};
}

template <class Format>
size_t packed_bytes(const Stored& array);
template <class Format>
const typename Format::Element* packed(Context& ctx, Workspace::Scope& scope, const Stored& array,
                                       const float* from);

// Filters for the forward pass: those that are rounded, where they are in whole chunks.
template <class Format>
const typename Format::Element* packed_filters(Context& ctx, Workspace::Scope& scope,
                                               const Windows& g, const Weight& w);

// Filters for the data gradient: where is_turned(), as (group, channel of the group, row, column,
// output of the group in whole chunks), else where they lie. Bytes at most.
template <class Format>
bool is_turned(const Windows& g, const Weight& w);
template <class Format>
size_t turned_bytes(const Windows& g);
template <class Format>
const typename Format::Element* filters_of_gradient(Context& ctx, Workspace::Scope& scope,
                                                    const Windows& g, const Weight& w);

// sum[i] = the sum of partial[0][i], partial[1][i], ... in this order.
void sum_splits(Context& ctx, int splits, const float* partial, Tensor& sum);
size_t bias_gradient_bytes(const Windows& g);
void bias_gradient(Context& ctx, const Windows& g, const Tensor& dy, Tensor& db);

// Workspace bytes of a pass, and the pass.
template <class Format>
size_t forward_bytes(const Windows& g);
template <class Format>
void forward(Context& ctx, const Windows& g, const Tensor& x, const Weight& w, const Tensor& b,
             bool relu, Tensor& y);
template <class Format>
size_t data_gradient_bytes(const Windows& g);
template <class Format>
void data_gradient(Context& ctx, const Windows& g, const Tensor& dy, const Weight& w,
                   const Tensor& relu_output, Tensor& dx);
template <class Format>
size_t weight_gradient_bytes(const Context& ctx, const Windows& g);
template <class Format>
void weight_gradient(Context& ctx, const Windows& g, const Tensor& x, const Tensor& dy, Tensor& dw);

}  // namespace fovea::cuda::tensor_core
