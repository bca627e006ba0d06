// SPDX-License-Identifier: Apache-2.0
// Cells for a range of memory: one for four bytes, and where bytes are touched alone, one for each.
#pragma once
#include "check/record.h"

#include <array>
#include <cstddef>
#include <unordered_map>

namespace cuda_emulation {

class Shadow {
 public:
  static constexpr size_t granule = 4;
  using Bytes = std::array<Cell, granule>;

  explicit Shadow(size_t bytes);
  Shadow(const Shadow&) = delete;
  ~Shadow();

  Cell& cell(size_t index) { return cells_[index]; }
  // Splits the cell at first use.
  Bytes& bytes(size_t index);

 private:
  size_t count_;
  Cell* cells_;
  std::unordered_map<size_t, Bytes> split_;
};

}  // namespace cuda_emulation
