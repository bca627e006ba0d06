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
    const SourceLine line = source_line(allocation->allocated_at);
    Report report;
    report.kind = "leak";
    report.message = std::to_string(allocation->size) + " bytes were never freed";
    report.object = describe(*allocation);
    report.place.function = line.function;
    report.place.file = line.file;
    report.place.line = line.line;
    emit(report);
    ++count;
  }
  return count;
}

}  // namespace cuda_emulation
