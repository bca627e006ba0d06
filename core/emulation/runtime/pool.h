// SPDX-License-Identifier: Apache-2.0
// Memory pools: accounts of what was allocated in the order of streams.
#pragma once
#include "driver_types.h"

#include <cstdint>

struct CUmemPoolHandle_st {
  int device;
  uint64_t max_bytes = 0;  // 0: no limit of its own
  uint64_t release_threshold = 0;
  uint64_t used = 0, used_high = 0;
  uint64_t reserved = 0, reserved_high = 0;
};

namespace cuda_emulation {

// Returns memory of a pool, if the allocation is of one.
void return_to_pool(CUmemPoolHandle_st* pool, size_t bytes);

}  // namespace cuda_emulation
