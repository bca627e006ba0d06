// SPDX-License-Identifier: Apache-2.0
#include "libraries/report.h"

#include "execution/checker.h"
#include "memory/allocation.h"
#include "report/emit.h"
#include "runtime/device.h"

namespace cuda_emulation {

void report_library_error(const char* kind, const std::string& message) {
  Report report;
  report.kind = kind;
  report.message = message;
  emit(report);
}

std::string check_device_range(const void* data, size_t bytes, int device) {
  if (!data) return "is a null pointer";
  const AllocationPtr allocation = find_allocation(data);
  if (!allocation) {
    const AllocationPtr freed = find_freed(data);
    return freed ? "was freed: it was a " + describe(*freed) : "is not device memory";
  }
  if (allocation->kind == MemoryKind::device && !may_access(device, allocation->device))
    return "is a " + describe(*allocation) + ", to which device " + std::to_string(device) +
           " has no access";
  if (!allocation->contains(data, bytes))
    return "needs " + std::to_string(bytes) + " bytes at offset " +
           std::to_string(allocation->offset(data)) + " of a " + describe(*allocation);
  return {};
}

void note_read(const char* function, const void* data, size_t bytes) {
  if (checker() && bytes) checker()->reads({data, bytes, bytes, 1}, {function, nullptr});
}

void note_write(const char* function, const void* data, size_t bytes) {
  if (checker() && bytes) checker()->writes({data, bytes, bytes, 1}, {function, nullptr});
}

}  // namespace cuda_emulation
