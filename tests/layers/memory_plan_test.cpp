// SPDX-License-Identifier: Apache-2.0
#include "memory_plan.h"

#include <fovea/core/workspace.h>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using fovea::BufferRequest;
using fovea::MemoryPlan;
using fovea::plan_memory;
using fovea::Workspace;

namespace {

bool in_use_together(const BufferRequest& a, const BufferRequest& b) {
  return a.first <= b.last && b.first <= a.last;
}

size_t most_in_use(const std::vector<BufferRequest>& requests, int times) {
  size_t most = 0;
  for (int t = 0; t < times; t++) {
    size_t now = 0;
    for (const auto& r : requests)
      now += r.first <= t && t <= r.last ? Workspace::padded(r.bytes) : 0;
    most = std::max(most, now);
  }
  return most;
}

}  // namespace

TEST_CASE("buffers of one time are disjoint, those of different times share") {
  const std::vector<BufferRequest> requests{{1000, 0, 1}, {1000, 1, 2}, {1000, 2, 3}};
  const MemoryPlan plan = plan_memory(requests);
  CHECK(plan.offsets[0] == plan.offsets[2]);
  CHECK(plan.offsets[0] != plan.offsets[1]);
  CHECK(plan.bytes == 2 * Workspace::padded(1000));
}

TEST_CASE("no plan lets two buffers in use overlap, and none is smaller than what is in use") {
  rc::prop("random lifetimes", [] {
    const auto count = *rc::gen::inRange(0, 30);
    std::vector<BufferRequest> requests;
    for (int i = 0; i < count; i++) {
      const int first = *rc::gen::inRange(0, 20);
      requests.push_back(
          {*rc::gen::inRange<size_t>(0, 5000), first, first + *rc::gen::inRange(0, 6)});
    }
    const MemoryPlan plan = plan_memory(requests);
    RC_ASSERT(plan.bytes >= most_in_use(requests, 30));
    for (size_t i = 0; i < requests.size(); i++) {
      RC_ASSERT(plan.offsets[i] % 64 == 0U);
      RC_ASSERT(plan.offsets[i] + Workspace::padded(requests[i].bytes) <= plan.bytes);
      for (size_t j = 0; j < i; j++) {
        const bool disjoint =
            plan.offsets[i] + Workspace::padded(requests[i].bytes) <= plan.offsets[j] ||
            plan.offsets[j] + Workspace::padded(requests[j].bytes) <= plan.offsets[i];
        RC_ASSERT(disjoint || !in_use_together(requests[i], requests[j]));
      }
    }
  });
}
