// SPDX-License-Identifier: Apache-2.0
// One launch of a kernel, as the workers see it.
#pragma once
#include "cuda_emulation/configuration.h"
#include "cuda_emulation/launch.h"

#include <atomic>
#include <cstdint>

namespace cuda_emulation {

struct Launch {
  KernelCall call;
  dim3 grid, block;
  size_t dynamic_shared = 0;
  int device = 0;
  const void* return_address = nullptr;  // of the call that launched it
  uint64_t blocks = 0;
  Configuration configuration;  // as of the launch

  // Random order: block i of the order is block (i * factor + offset) % blocks of the grid.
  uint64_t factor = 1, offset = 0;
  uint32_t first_key = 0;  // of the blocks' keys, which tell blocks of all launches apart

  std::atomic<uint64_t> next{0};
  std::atomic<bool> failed{false};
  std::atomic<cudaError_t> error{cudaSuccess};

  void fail(cudaError_t reason) {
    error = reason;
    failed = true;
  }
};

// Keys for that many blocks or operations, which tell them apart from all others.
uint32_t take_keys(uint64_t count);

// Numbers the launch's blocks and runs them on the workers; returns when all have ended.
void run_launch(Launch& launch);

}  // namespace cuda_emulation
