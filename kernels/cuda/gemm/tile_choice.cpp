// SPDX-License-Identifier: Apache-2.0
#include "cuda/gemm/tile_choice.h"

#include "cuda/gemm/sizes.h"

#include <fovea/core/error.h>

#include <cstdlib>
#include <string>

namespace fovea::cuda {
namespace {

struct NamedTile {
  TileSize size;
  const char* name;
  int64_t rows, columns;
  double TileCosts::*cost;
};
constexpr NamedTile kTiles[] = {{TileSize::large, "128x128", 128, 128, &TileCosts::large},
                                {TileSize::medium, "64x64", 64, 64, &TileCosts::medium},
                                {TileSize::small, "32x32", 32, 32, &TileCosts::small},
                                {TileSize::tall, "256x64", 256, 64, &TileCosts::tall}};

// The multiprocessor with most blocks decides.
double time_of(const NamedTile& tile, const TileCosts& costs, int64_t rows, int64_t columns,
               int64_t products, int multiprocessors) {
  const int64_t blocks = div_up(rows, tile.rows) * div_up(columns, tile.columns) * products;
  return static_cast<double>(div_up(blocks, multiprocessors) * tile.rows * tile.columns) *
         costs.*tile.cost;
}

}  // namespace

TileSize choose_tile(int64_t rows, int64_t columns, int64_t products, int multiprocessors,
                     const TileCosts& costs) {
  if (const char* forced = std::getenv("FOVEA_CONV_TILE")) {
    for (const NamedTile& tile : kTiles) {
      if (std::string(tile.name) == forced) return tile.size;
    }
    throw ArgumentError(std::string("FOVEA_CONV_TILE is ") + forced +
                        "; it must be 128x128, 64x64, 32x32 or 256x64");
  }
  const auto time = [&](const NamedTile& tile) {
    return time_of(tile, costs, rows, columns, products, multiprocessors);
  };
  const NamedTile* best = &kTiles[0];
  for (const NamedTile& tile : kTiles) {
    if (time(tile) < time(*best)) best = &tile;
  }
  return best->size;
}

}  // namespace fovea::cuda
