// SPDX-License-Identifier: Apache-2.0
// What the program allocated, on every device.
#pragma once
#include "driver_types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cuda_emulation {

enum class MemoryKind { device, pinned, registered };

struct Allocation {
  char* base;
  size_t size;
  int device;
  MemoryKind kind;
  uint64_t serial;           // counts allocations, from 1
  const void* allocated_at;  // return addresses of the calls
  const void* freed_at = nullptr;
  CUmemPoolHandle_st* pool = nullptr;   // stream-ordered allocations
  std::shared_ptr<void> checker_state;  // the checker's

  bool contains(const void* address, size_t bytes) const {
    const auto* first = static_cast<const char*>(address);
    return first >= base && first <= base + size && bytes <= size_t(base + size - first);
  }
  size_t offset(const void* address) const {
    return size_t(static_cast<const char*>(address) - base);
  }
};
using AllocationPtr = std::shared_ptr<Allocation>;

// New memory holds 0xff bytes: NaN as floating point, -1 as an index. Null if there is none.
AllocationPtr allocate(size_t bytes, int device, MemoryKind kind, const void* caller);
AllocationPtr register_host_memory(void* base, size_t bytes, int device, const void* caller);
// Takes the allocation that begins at `base` out of the table; null if there is none. In checked
// programs it is remembered.
AllocationPtr release(const void* base, const void* caller);

// The live allocation that holds the address, or ends there.
AllocationPtr find_allocation(const void* address);
// The remembered allocation, freed before, that held the address.
AllocationPtr find_freed(const void* address);
// The live allocation nearest to the address within `distance` bytes.
AllocationPtr find_near(const void* address, size_t distance);
std::vector<AllocationPtr> live_allocations();
size_t bytes_in_use(int device);

// "device 0 allocation of 1024 bytes (cudaMalloc at file:line)".
std::string describe(const Allocation& allocation);

// Live allocations whose guard bytes were overwritten, with the offset of the first; their guards
// are restored.
struct GuardDamage {
  AllocationPtr allocation;
  long offset;
};
std::vector<GuardDamage> check_guards();

}  // namespace cuda_emulation
