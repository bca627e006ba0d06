// SPDX-License-Identifier: Apache-2.0
// Which of the tiles in tile.cuh a product takes. They give the same bits; a large one reads least
// and multiplies most for what it issues, small ones fill a chip that has few blocks to run.
#pragma once

#include <cstdint>

namespace fovea::cuda {

// tall: 256x64, of tensor cores only.
enum class TileSize { large, medium, small, tall };

// What one element of the result costs for one step of depth on each tile, on a multiprocessor that
// is busy; relative to the large tile's. From the instructions issued per fma (docs/kernels.md).
struct TileCosts {
  double large = 1.0, medium = 1.2, small = 2.0, tall = 1e9;
};

// products: of equal size, that run in one launch (groups, shards, phases). The environment
// variable FOVEA_CONV_TILE (128x128, 64x64, 32x32 or 256x64) overrules; throws ArgumentError for
// other values.
TileSize choose_tile(int64_t rows, int64_t columns, int64_t products, int multiprocessors,
                     const TileCosts& costs = {});

}  // namespace fovea::cuda
