// SPDX-License-Identifier: Apache-2.0
// Which of the tiles in tile.cuh a product takes. They give the same bits; a large one reads least
// and multiplies most for what it issues, small ones fill a chip that has few blocks to run.
#pragma once

#include <cstdint>

namespace fovea::cuda {

enum class TileSize { large, medium, small };

// products: of equal size, that run in one launch (groups, shards, phases). The environment
// variable FOVEA_CONV_TILE (128x128, 64x64 or 32x32) overrules; throws ArgumentError for other
// values.
TileSize choose_tile(int64_t rows, int64_t columns, int64_t products, int multiprocessors);

}  // namespace fovea::cuda
