// SPDX-License-Identifier: Apache-2.0
// The state of 32 threads that execute together.
#pragma once
#include "memory.h"
#include "module.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <vector>

namespace ptx {

inline constexpr int kLanes = 32;
using Mask = uint32_t;

template <class Visit>
void for_lanes(Mask mask, Visit visit) {
  for (int lane = 0; lane < kLanes; lane++)
    if (mask >> lane & 1) visit(lane);
}

struct Dim {
  uint32_t x = 1, y = 1, z = 1;
  uint32_t count() const { return x * y * z; }
};

struct Geometry {
  Dim grid, block;
  Dim block_index{0, 0, 0};
};

// A copy that cp.async has issued: it is made when its group is waited for.
struct AsyncCopy {
  std::byte* to;
  const std::byte* from;
  size_t bytes;
  size_t source_bytes;  // the rest becomes zero
};

struct AsyncCopies {
  std::vector<AsyncCopy> open;  // not yet committed
  std::deque<std::vector<AsyncCopy>> groups;
};

struct Warp {
  Warp(const Kernel& code, Memory& block_memory, const Geometry& place, int number);

  const Kernel& kernel;
  Memory& memory;
  const Geometry& geometry;
  int index;  // in its block
  std::vector<std::array<uint64_t, kLanes>> registers;
  std::array<size_t, kLanes> pc{};
  Mask live = 0;     // threads that have not returned
  Mask waiting = 0;  // of these, the ones at a block barrier
  std::array<AsyncCopies, kLanes> copies;

  uint64_t bits(const Operand& operand, int lane) const;
  uint64_t address(const Operand& operand, int lane) const;

  template <class T>
  T get(const Operand& operand, int lane) const {
    const uint64_t all = bits(operand, lane);
    T value;
    std::memcpy(&value, &all, sizeof value);
    return value;
  }

  // A narrower signed value is extended: a register may be wider than the type of the instruction.
  template <class T>
  void set(const Operand& operand, int lane, T value) {
    uint64_t all = 0;
    if constexpr (std::is_integral_v<T> && std::is_signed_v<T>)
      all = static_cast<uint64_t>(static_cast<int64_t>(value));
    else
      std::memcpy(&all, &value, sizeof value);
    registers[static_cast<size_t>(operand.reg)][static_cast<size_t>(lane)] = all;
  }
};

}  // namespace ptx
