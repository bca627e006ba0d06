// SPDX-License-Identifier: Apache-2.0
// One memory instruction of a warp.
#pragma once
#include <cstddef>
#include <cstdint>

namespace cuda_emulation {

struct Request {
  static constexpr int lanes = 32;
  uint64_t address[lanes];
  uint32_t mask = 0;   // of the lanes that took part
  uint32_t bytes = 0;  // of each

  void add(int lane, uint64_t from, size_t size) {
    address[lane] = from;
    mask |= 1u << lane;
    bytes = uint32_t(size);
  }
};

// Different 32-byte sectors that the request touches.
int sectors(const Request& request);

// Passes of shared memory, which serves 4 bytes from each of 32 banks at a time; lanes that want
// the same four bytes share them. Requests of 8 and 16 bytes a lane are made for 16 and 8 lanes at
// a time.
struct SharedPasses {
  int passes;
  int least;  // without conflicts
};
SharedPasses shared_passes(const Request& request);

}  // namespace cuda_emulation
