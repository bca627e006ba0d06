// SPDX-License-Identifier: Apache-2.0
#include "libraries/report.h"

#include "memory/allocation.h"
#include "report/emit.h"
#include "report/symbols.h"
#include "runtime/device.h"

namespace cuda_emulation {

void report_library_error(const char* kind, const std::string& message, const void* caller,
                          const void* other_caller) {
  Report report;
  report.kind = kind;
  report.message = message;
  report.place = place_of_call(caller);
  if (other_caller) report.others.push_back(place_of_call(other_caller));
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

void note_read(const ApiCall& call, const void* data, size_t bytes) {
  if (checker() && bytes) checker()->reads({data, bytes, bytes, 1}, call);
}

void note_write(const ApiCall& call, const void* data, size_t bytes) {
  if (checker() && bytes) checker()->writes({data, bytes, bytes, 1}, call);
}

}  // namespace cuda_emulation
