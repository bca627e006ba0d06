// SPDX-License-Identifier: Apache-2.0
// Places buffers that live at different times in one arena.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fovea {

// A buffer in use from time `first` to time `last`, both included.
struct BufferRequest {
  size_t bytes = 0;
  int first = 0, last = 0;
};

struct MemoryPlan {
  std::vector<size_t> offsets;  // of each request, 64-byte aligned
  size_t bytes = 0;             // of the arena
};

// Buffers whose times overlap get disjoint places, with slack between them for whole-vector loads
// past an end. Largest first, each at the lowest place that is free in its time: within a few
// percent of the least possible for layer graphs.
MemoryPlan plan_memory(std::span<const BufferRequest> requests);

}  // namespace fovea
