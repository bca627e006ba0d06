// SPDX-License-Identifier: Apache-2.0
// What the checker knows of one allocation.
#pragma once
#include "check/shadow.h"
#include "execution/checker.h"
#include "memory/allocation.h"

#include <cstdint>
#include <vector>

namespace cuda_emulation {

// An operation of the runtime on part of the allocation, which kernels not ordered with it must not
// touch.
struct RangeOperation {
  uint32_t key;
  Extent extent;
  bool writes;
};

struct AllocationState {
  explicit AllocationState(const Allocation& allocation)
      : shadow(allocation.size),
        initialised(allocation.size / 8 + 1, allocation.kind == MemoryKind::device ? 0 : 0xff) {}

  static AllocationState& of(Allocation& allocation);

  bool all_initialised(size_t offset, size_t bytes) const;
  void set_initialised(size_t offset, size_t bytes, bool value);

  Shadow shadow;
  std::vector<uint8_t> initialised;  // a bit for each byte; host memory always is
  std::vector<RangeOperation> operations;
  uint32_t last_key = 0;  // of a kernel's block that touched it
};

// Whether the byte ranges have a byte in common.
bool overlap(const Extent& extent, const void* address, size_t bytes);

}  // namespace cuda_emulation
