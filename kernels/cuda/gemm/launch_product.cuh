// SPDX-License-Identifier: Apache-2.0
// How a product's kernel is launched, and on which tile.
#pragma once

#include "cuda/common/launch.cuh"
#include "cuda/gemm/product.cuh"
#include "cuda/gemm/sizes.h"
#include "cuda/gemm/tile_choice.h"

#include <fovea/core/error.h>

#include <cstdint>
#include <limits>

namespace fovea::cuda {

// The rows and columns of `products` products of equal size.
struct ProductSize {
  int64_t rows, columns, products;
};

// Calls run(T(), row_tiles, column_tiles) with the tile that suits.
template <class Run>
void with_tile(const Context& ctx, const ProductSize& size, Run run) {
  const auto call = [&](auto tile) {
    using T = decltype(tile);
    run(tile, static_cast<int>(div_up(size.rows, T::kRows)),
        static_cast<int>(div_up(size.columns, T::kColumns)));
  };
  switch (choose_tile(size.rows, size.columns, size.products, multiprocessors(ctx))) {
    case TileSize::large:
    case TileSize::tall:  // when it is forced
      return call(LargeTile());
    case TileSize::medium:
      return call(MediumTile());
    case TileSize::small:
      return call(SmallTile());
  }
}

template <class T, class Product>
void launch_product(const Context& ctx, const char* op, void (*kernel)(const Product),
                    const Product& product, int64_t products) {
  const int64_t blocks = int64_t{product.row_tiles} * product.column_tiles * products;
  if (blocks > std::numeric_limits<int32_t>::max()) {
    throw ArgumentError(std::string(op) + ": takes " + std::to_string(blocks) +
                        " blocks; at most 2^31 - 1 can be launched. Use a smaller batch");
  }
  constexpr size_t kShared = sizeof(SharedProduct<T>);
  if constexpr (kShared > 48 * 1024) {
    check(cuda_portable::allow_shared_memory(kernel, kShared), op);
  }
  launch(ctx, op, kernel, static_cast<unsigned>(blocks), T::kThreads, kShared, product);
}

}  // namespace fovea::cuda
