// SPDX-License-Identifier: Apache-2.0
// How ranks divide the samples of a batch.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>

namespace FOVEA_API fovea {

// One of `parts` pieces, as equal as they can be, of the samples of each batch.
struct RowShare {
  int64_t part = 0, parts = 1;

  bool is_all() const { return parts == 1; }
  // Of a batch of n: [begin, end), which is empty where there are fewer samples than parts.
  int64_t begin(int64_t n) const { return n * part / parts; }
  int64_t end(int64_t n) const { return n * (part + 1) / parts; }
};

}  // namespace fovea
