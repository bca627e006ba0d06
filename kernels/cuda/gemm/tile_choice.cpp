// SPDX-License-Identifier: Apache-2.0
#include "cuda/gemm/tile_choice.h"

#include <fovea/core/error.h>

#include <cstdlib>
#include <string>

namespace fovea::cuda {
namespace {

// cost: of one element of the result for one step of depth, on a multiprocessor that is busy;
// relative to the large tile's. From the instructions issued per fma (docs/kernels.md).
struct TileCost {
  TileSize size;
  const char* name;
  int64_t rows, columns;
  double cost;
};
constexpr TileCost kTiles[] = {{TileSize::large, "128x128", 128, 128, 1.0},
                               {TileSize::medium, "64x64", 64, 64, 1.2},
                               {TileSize::small, "32x32", 32, 32, 2.0}};

int64_t div_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// The multiprocessor with most blocks decides.
double time_of(const TileCost& tile, int64_t rows, int64_t columns, int64_t products,
               int multiprocessors) {
  const int64_t blocks = div_up(rows, tile.rows) * div_up(columns, tile.columns) * products;
  return static_cast<double>(div_up(blocks, multiprocessors) * tile.rows * tile.columns) *
         tile.cost;
}

}  // namespace

TileSize choose_tile(int64_t rows, int64_t columns, int64_t products, int multiprocessors) {
  if (const char* forced = std::getenv("FOVEA_CONV_TILE")) {
    for (const TileCost& tile : kTiles) {
      if (std::string(tile.name) == forced) return tile.size;
    }
    throw ArgumentError(std::string("FOVEA_CONV_TILE is ") + forced +
                        "; it must be 128x128, 64x64 or 32x32");
  }
  const TileCost* best = &kTiles[0];
  for (const TileCost& tile : kTiles) {
    if (time_of(tile, rows, columns, products, multiprocessors) <
        time_of(*best, rows, columns, products, multiprocessors)) {
      best = &tile;
    }
  }
  return best->size;
}

}  // namespace fovea::cuda
