// SPDX-License-Identifier: Apache-2.0
#include "cuda_emulation/report.h"
#include "memory/allocation.h"
#include "report/emit.h"
#include "report/symbols.h"

namespace cuda_emulation {

int report_leaks() {
  int count = 0;
  for (const AllocationPtr& allocation : live_allocations()) {
    if (allocation->kind == MemoryKind::registered) continue;
    Report report;
    report.kind = "leak";
    report.message = std::to_string(allocation->size) + " bytes were never freed";
    report.object = describe(*allocation);
    report.place = place_of_call(allocation->allocated_at);
    emit(report);
    ++count;
  }
  return count;
}

}  // namespace cuda_emulation
