// SPDX-License-Identifier: Apache-2.0
// Executes a kernel's PTX, block after block, warp after warp.
//
// A warp advances the lanes whose program counter is lowest, so lanes that took different ways meet
// again where the ways do: code is laid out so that they meet further down. A warp runs until all
// its threads have returned or wait at a barrier.
#pragma once
#include "memory.h"
#include "module.h"
#include "warp.h"

#include <vector>

namespace ptx {

struct Launch {
  Dim grid, block;
  size_t dynamic_shared_bytes = 0;
  std::vector<std::byte> parameters;    // laid out as the kernel's; see Arguments
  std::vector<Memory::Buffer> buffers;  // global memory
};

// Packs arguments as a kernel's parameters, each at a multiple of its size.
class Arguments {
 public:
  template <class T>
  Arguments& add(const T& value) {
    bytes_.resize((bytes_.size() + alignof(T) - 1) / alignof(T) * alignof(T));
    const auto* begin = reinterpret_cast<const std::byte*>(&value);
    bytes_.insert(bytes_.end(), begin, begin + sizeof value);
    return *this;
  }
  std::vector<std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

void run(const Kernel& kernel, const Launch& launch);

}  // namespace ptx
