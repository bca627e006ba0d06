// SPDX-License-Identifier: Apache-2.0
// The rows that pooling reads.
#pragma once

#include "common/pool_geometry.h"

namespace fovea::cpu {

using detail::PoolAxis;
using detail::PoolGeometry;
using detail::Range;

// Rows of an image, or a ring of its latest rows: row h is at place h % rows.
struct RowRing {
  float* data;
  int64_t rows, row_size;

  float* row(int64_t h) const { return data + h % rows * row_size; }
  // What lies one row below `cell`.
  const float* below(const float* cell) const {
    cell += row_size;
    return cell >= data + rows * row_size ? cell - rows * row_size : cell;
  }
};

}  // namespace fovea::cpu
