// SPDX-License-Identifier: Apache-2.0
#include "memory_plan.h"

#include <fovea/core/workspace.h>

#include <algorithm>
#include <numeric>

namespace fovea {

namespace {

struct Placed {
  size_t begin, end;
};

// The lowest offset where `bytes` fit between blocks sorted by their begin.
size_t lowest_gap(const std::vector<Placed>& taken, size_t bytes) {
  size_t offset = 0;
  for (const Placed& block : taken) {
    if (offset + bytes <= block.begin) break;
    offset = std::max(offset, block.end);
  }
  return offset;
}

}  // namespace

MemoryPlan plan_memory(std::span<const BufferRequest> requests) {
  std::vector<size_t> order(requests.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return requests[a].bytes > requests[b].bytes; });

  MemoryPlan plan{std::vector<size_t>(requests.size(), 0), 0};
  std::vector<size_t> done;
  for (const size_t i : order) {
    const BufferRequest& request = requests[i];
    const size_t bytes = Workspace::padded(request.bytes);
    std::vector<Placed> taken;
    for (const size_t j : done) {
      const BufferRequest& other = requests[j];
      if (other.first > request.last || request.first > other.last) continue;
      taken.push_back({plan.offsets[j], plan.offsets[j] + Workspace::padded(other.bytes)});
    }
    std::sort(taken.begin(), taken.end(),
              [](const Placed& a, const Placed& b) { return a.begin < b.begin; });
    plan.offsets[i] = lowest_gap(taken, bytes);
    plan.bytes = std::max(plan.bytes, plan.offsets[i] + bytes);
    done.push_back(i);
  }
  return plan;
}

}  // namespace fovea
