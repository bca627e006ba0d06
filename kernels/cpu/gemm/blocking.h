// SPDX-License-Identifier: Apache-2.0
// How passes are cut into blocks for the caches. None of it changes a bit of any result.
#pragma once

#include <fovea/core/workspace.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace fovea::cpu {

constexpr int64_t div_up(int64_t n, int64_t by) { return (n + by - 1) / by; }
constexpr int64_t round_up(int64_t n, int64_t to) { return div_up(n, to) * to; }

// Length of the equal pieces, at most `limit` long, into which `n` is cut.
constexpr int64_t even_piece(int64_t n, int64_t limit) {
  return std::max<int64_t>(1, div_up(n, std::max<int64_t>(1, div_up(n, limit))));
}

// Bounds of piece i of `pieces` nearly equal ones of n.
constexpr int64_t piece_begin(int64_t n, int64_t i, int64_t pieces) { return n * i / pieces; }

// Takes blocks of memory as Workspace::Scope does, but only counts their bytes: a pass lays out its
// scratch by one function, called with this to predict and with a Scope to run.
class ByteCounter {
 public:
  template <class T>
  T* take(size_t count) {
    bytes_ += Workspace::padded_for<T>(count);
    return nullptr;
  }
  size_t bytes() const { return bytes_; }

 private:
  size_t bytes_ = 0;
};

}  // namespace fovea::cpu
