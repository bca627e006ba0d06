// SPDX-License-Identifier: Apache-2.0
// Copies, sets and library calls: operations on ranges, ordered with kernels by streams alone.
#include "check/kernel_checker.h"
#include "cuda_runtime.h"
#include "report/emit.h"
#include "report/symbols.h"
#include "runtime/error_state.h"

namespace cuda_emulation {
namespace {

template <class F>
void for_rows(const Extent& extent, F f) {
  const auto* row = static_cast<const char*>(extent.first);
  for (size_t i = 0; i < extent.height; ++i, row += extent.pitch) f(row);
}

bool contains(const KeyedOperation& operation, uint32_t key) {
  return key - operation.first_key < operation.keys;
}

}  // namespace

// A kernel's access to memory that a copy or set, not ordered with the kernel, works on.
void KernelChecker::check_order_of_operations(const Target& target, const char* address,
                                              size_t bytes, Access kind, const void* pc) {
  auto& operations = target.state->operations;
  std::erase_if(operations, [&](const RangeOperation& operation) {
    return is_older_and_ordered(operation.key);
  });
  for (const RangeOperation& operation : operations) {
    if ((kind == Access::read && !operation.writes) || !overlap(operation.extent, address, bytes))
      continue;
    Report report;
    report.kind = "stream_race";
    report.error = cudaErrorLaunchFailure;
    const auto other = streams_.find(operation.key);
    report.message =
        std::string("race: no event, stream or wait of the host orders the kernel and ") +
        (other && other->name.function ? other->name.function : "an operation of another stream");
    report.object = object_at(target, address);
    if (other) report.others.push_back(place_of_call(other->name.return_address));
    fail(std::move(report), pc);
  }
}

// The first of the operations, none of which is ordered with the running one, that touched the
// range, and where.
std::unique_ptr<KernelChecker::Conflict> KernelChecker::conflict(
    const Allocation& allocation, AllocationState& state, const Extent& extent, bool writes,
    const std::vector<KeyedOperation>& unordered) {
  for (const KeyedOperation& other : unordered) {
    for (const RangeOperation& operation : state.operations) {
      if (!contains(other, operation.key) || !(writes || operation.writes)) continue;
      bool touches = false;
      for_rows(extent,
               [&](const char* row) { touches |= overlap(operation.extent, row, extent.width); });
      if (touches)
        return std::make_unique<Conflict>(
            Conflict{other.name.function, place_of_call(other.name.return_address)});
    }
    if (!other.name.kernel || state.last_key < other.first_key) continue;
    if (const Record* record = record_in(allocation, state, extent, writes, other)) {
      return std::make_unique<Conflict>(
          Conflict{"kernel " + function_name(other.name.kernel), place_of(*record)});
    }
  }
  return nullptr;
}

// An access of the kernel to the range: a write, or if `reads` counts, a read.
const Record* KernelChecker::record_in(const Allocation& allocation, AllocationState& state,
                                       const Extent& extent, bool reads,
                                       const KeyedOperation& kernel) {
  const Record* found = nullptr;
  for_rows(extent, [&](const char* row) {
    const size_t first = allocation.offset(row) / Shadow::granule,
                 last = (allocation.offset(row) + extent.width - 1) / Shadow::granule;
    for (size_t i = first; i <= last && !found; ++i) {
      const Cell& cell = state.shadow.cell(i);
      if (contains(kernel, uint32_t(cell.write.key))) found = &cell.write;
      if (reads && contains(kernel, uint32_t(cell.read.key))) found = &cell.read;
    }
  });
  return found;
}

void KernelChecker::range(const Extent& extent, bool writes, const ApiCall& call) {
  const AllocationPtr allocation = find_allocation(extent.first);
  if (!allocation || !extent.width || !extent.height) return;
  AllocationState& state = AllocationState::of(*allocation);
  const std::vector<KeyedOperation> unordered = streams_.unordered();
  if (!unordered.empty()) {
    if (const auto other = conflict(*allocation, state, extent, writes, unordered)) {
      Report report;
      report.kind = "stream_race";
      report.error = cudaErrorUnknown;
      report.message = std::string("race: no event, stream or wait of the host orders ") +
                       call.function + " and " + other->name;
      report.object = describe(*allocation);
      report.place = place_of_call(call.return_address);
      report.others.push_back(other->place);
      emit(report);
    }
  }
  const uint32_t key = take_keys(1);
  streams_.name_keys(key, 1, {nullptr, call.function, call.return_address, dim3(), dim3()});
  std::erase_if(state.operations, [&](const RangeOperation& operation) {
    return streams_.find(operation.key) == nullptr;
  });
  state.operations.push_back({key, extent, writes});
}

void KernelChecker::reads(const Extent& extent, const ApiCall& call) { range(extent, false, call); }

void KernelChecker::writes(const Extent& extent, const ApiCall& call) {
  range(extent, true, call);
  const AllocationPtr allocation = find_allocation(extent.first);
  if (!allocation) return;
  AllocationState& state = AllocationState::of(*allocation);
  for_rows(extent, [&](const char* row) {
    state.set_initialised(allocation->offset(row), extent.width, true);
  });
}

// What was not initialised in the source is not in the destination.
void KernelChecker::copies(const Extent& to, const Extent& from, const ApiCall& call) {
  range(from, false, call);
  writes(to, call);
  const AllocationPtr target = find_allocation(to.first), source = find_allocation(from.first);
  if (!target || !source || source->kind != MemoryKind::device) return;
  AllocationState &to_state = AllocationState::of(*target),
                  &from_state = AllocationState::of(*source);
  for (size_t row = 0; row < to.height; ++row) {
    const size_t to_offset = target->offset(to.first) + row * to.pitch,
                 from_offset = source->offset(from.first) + row * from.pitch;
    if (from_state.all_initialised(from_offset, to.width)) continue;
    for (size_t i = 0; i < to.width; ++i) {
      to_state.set_initialised(to_offset + i, 1, from_state.all_initialised(from_offset + i, 1));
    }
  }
}

// Allocating and freeing in the order of a stream is like writing everything: whoever uses the
// memory must come between.
void KernelChecker::allocates(Allocation& allocation, const ApiCall& call) {
  range({allocation.base, allocation.size, allocation.size, 1}, true, call);
}

void KernelChecker::frees(Allocation& allocation, const ApiCall& call) {
  range({allocation.base, allocation.size, allocation.size, 1}, true, call);
}

}  // namespace cuda_emulation
