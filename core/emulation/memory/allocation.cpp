// SPDX-License-Identifier: Apache-2.0
#include "memory/allocation.h"

#include "cuda_emulation/configuration.h"
#include "execution/sanitizer.h"
#include "report/symbols.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>

namespace cuda_emulation {
namespace {

constexpr size_t alignment = 256, page = 4096;
constexpr unsigned char guard_byte = 0xcb, poison_byte = 0xff;
// Freed memory is kept for a time, so that its use is noticed or at least damages nothing else.
size_t max_remembered() { return size_t(checked() ? 256 : 16) << 20; }

// AddressSanitizer has its own red zones.
size_t guard_size() { return address_sanitized() ? 0 : alignment; }
size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }
size_t padded(size_t bytes) { return round_up(bytes, alignment); }

// Checked programs protect pinned memory from the host for a time, so there it has its pages to
// itself.
size_t alignment_of(MemoryKind kind) {
  return checked() && kind == MemoryKind::pinned ? page : alignment;
}
size_t room_before(MemoryKind kind) {
  return guard_size() ? round_up(guard_size(), alignment_of(kind)) : 0;
}

struct Table {
  std::mutex mutex;
  std::map<uintptr_t, AllocationPtr> live;
  std::deque<AllocationPtr> freed;
  size_t freed_bytes = 0;
  uint64_t serial = 0;
};

Table& table() {
  static Table& table = *new Table;
  return table;
}

uintptr_t key(const void* address) { return reinterpret_cast<uintptr_t>(address); }

AllocationPtr insert(char* base, size_t bytes, int device, MemoryKind kind, const void* caller) {
  Table& all = table();
  const std::lock_guard<std::mutex> lock(all.mutex);
  auto allocation =
      std::make_shared<Allocation>(Allocation{base, bytes, device, kind, ++all.serial, caller});
  all.live[key(base)] = allocation;
  return allocation;
}

void free_memory(const Allocation& allocation) {
  if (allocation.kind == MemoryKind::registered) return;
  asan_unpoison(allocation.base, padded(allocation.size));
  std::free(allocation.base - room_before(allocation.kind));
}

void remember(Table& all, const AllocationPtr& allocation) {
  std::memset(allocation->base, poison_byte, allocation->size);
  all.freed.push_back(allocation);
  all.freed_bytes += allocation->size;
  while (all.freed_bytes > max_remembered()) {
    all.freed_bytes -= all.freed.front()->size;
    free_memory(*all.freed.front());
    all.freed.pop_front();
  }
}

void fill_guards(char* base, size_t size) {
  std::memset(base - guard_size(), guard_byte, guard_size());
  std::memset(base + size, guard_byte, guard_size());
}

bool damaged(const Allocation& allocation, long* offset) {
  const auto differs = [](char c) { return static_cast<unsigned char>(c) != guard_byte; };
  const char *low = allocation.base - guard_size(), *end = allocation.base + allocation.size;
  const char* found = std::find_if(low, static_cast<const char*>(allocation.base), differs);
  if (found == allocation.base) found = std::find_if(end, end + guard_size(), differs);
  *offset = found - allocation.base;
  return found != end + guard_size();
}

}  // namespace

AllocationPtr allocate(size_t bytes, int device, MemoryKind kind, const void* caller) {
  const size_t unit = alignment_of(kind), before = room_before(kind);
  void* memory =
      std::aligned_alloc(unit, before + round_up(bytes, unit) + round_up(guard_size(), unit));
  if (!memory) return nullptr;
  char* base = static_cast<char*>(memory) + before;
  std::memset(base, poison_byte, bytes);
  fill_guards(base, bytes);  // first: once it is in the table, another thread's launch checks them
  AllocationPtr allocation = insert(base, bytes, device, kind, caller);
  asan_poison(base + bytes, address_sanitized() ? padded(bytes) - bytes : 0);
  return allocation;
}

AllocationPtr register_host_memory(void* base, size_t bytes, int device, const void* caller) {
  return insert(static_cast<char*>(base), bytes, device, MemoryKind::registered, caller);
}

AllocationPtr release(const void* base, const void* caller) {
  Table& all = table();
  const std::lock_guard<std::mutex> lock(all.mutex);
  const auto found = all.live.find(key(base));
  if (found == all.live.end()) return nullptr;
  AllocationPtr allocation = found->second;
  all.live.erase(found);
  allocation->freed_at = caller;
  const bool keep = !address_sanitized() && allocation->size <= max_remembered();
  if (keep && allocation->kind != MemoryKind::registered) {
    remember(all, allocation);
  } else {
    free_memory(*allocation);
  }
  return allocation;
}

AllocationPtr find_allocation(const void* address) {
  Table& all = table();
  const std::lock_guard<std::mutex> lock(all.mutex);
  auto after = all.live.upper_bound(key(address));
  if (after == all.live.begin()) return nullptr;
  const AllocationPtr& candidate = std::prev(after)->second;
  return candidate->contains(address, 0) ? candidate : nullptr;
}

AllocationPtr find_freed(const void* address) {
  Table& all = table();
  const std::lock_guard<std::mutex> lock(all.mutex);
  const auto found =
      std::find_if(all.freed.rbegin(), all.freed.rend(),
                   [&](const AllocationPtr& freed) { return freed->contains(address, 1); });
  return found == all.freed.rend() ? nullptr : *found;
}

AllocationPtr find_near(const void* address, size_t distance) {
  Table& all = table();
  const std::lock_guard<std::mutex> lock(all.mutex);
  const auto after = all.live.upper_bound(key(address));
  if (after != all.live.begin()) {
    const AllocationPtr& before = std::prev(after)->second;
    if (key(address) < key(before->base) + before->size + distance) return before;
  }
  if (after != all.live.end() && after->first - key(address) <= distance) return after->second;
  return nullptr;
}

std::vector<AllocationPtr> live_allocations() {
  Table& all = table();
  const std::lock_guard<std::mutex> lock(all.mutex);
  std::vector<AllocationPtr> result;
  for (const auto& entry : all.live) result.push_back(entry.second);
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a->serial < b->serial; });
  return result;
}

size_t bytes_in_use(int device) {
  Table& all = table();
  const std::lock_guard<std::mutex> lock(all.mutex);
  size_t bytes = 0;
  for (const auto& entry : all.live) {
    if (entry.second->device == device && entry.second->kind == MemoryKind::device)
      bytes += entry.second->size;
  }
  return bytes;
}

std::string describe(const Allocation& allocation) {
  std::string text = allocation.kind == MemoryKind::device
                         ? "device " + std::to_string(allocation.device) + " allocation"
                     : allocation.kind == MemoryKind::pinned
                         ? std::string("pinned host allocation")
                         : std::string("registered host memory");
  text += " of " + std::to_string(allocation.size) + " bytes";
  const SourceLine line = source_line(allocation.allocated_at);
  if (!line.file.empty())
    text += " (allocated at " + line.file + ":" + std::to_string(line.line) + ")";
  return text;
}

std::vector<GuardDamage> check_guards() {
  std::vector<GuardDamage> result;
  if (!guard_size()) return result;
  Table& all = table();
  const std::lock_guard<std::mutex> lock(all.mutex);
  for (const auto& entry : all.live) {
    long offset = 0;
    const bool lendable =
        checked() && entry.second->kind == MemoryKind::pinned;  // may be out of reach
    if (entry.second->kind == MemoryKind::registered || lendable ||
        !damaged(*entry.second, &offset))
      continue;
    fill_guards(entry.second->base, entry.second->size);
    result.push_back({entry.second, offset});
  }
  return result;
}

}  // namespace cuda_emulation
