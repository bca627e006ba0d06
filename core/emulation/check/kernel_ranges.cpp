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

void KernelChecker::report_range_conflict(const ApiCall& call, const KeyedOperation& other,
                                          const Allocation& allocation) {
  Report report;
  report.kind = "stream_race";
  report.error = cudaErrorUnknown;
  const std::string name =
      other.name.kernel ? "kernel " + function_name(other.name.kernel) : other.name.function;
  report.message = std::string("race: no event, stream or wait of the host orders ") +
                   call.function + " and " + name;
  report.object = describe(allocation);
  report.place = place_of_call(call.return_address);
  Place place = place_of_call(other.name.return_address);
  if (other.name.kernel) place.kernel = function_name(other.name.kernel);
  report.others.push_back(place);
  emit(report);
}

// Whether one of the operations, which are not ordered with the running one, touched the range; the
// first that did.
const KeyedOperation* KernelChecker::conflict(const Allocation& allocation, AllocationState& state,
                                              const Extent& extent, bool writes,
                                              const std::vector<KeyedOperation>& unordered) {
  for (const KeyedOperation& other : unordered) {
    for (const RangeOperation& operation : state.operations) {
      if (!contains(other, operation.key) || !(writes || operation.writes)) continue;
      bool touches = false;
      for_rows(extent,
               [&](const char* row) { touches |= overlap(operation.extent, row, extent.width); });
      if (touches) return &other;
    }
    if (!other.name.kernel || state.last_key < other.first_key) continue;
    bool touched = false;
    for_rows(extent, [&](const char* row) {
      const size_t first = allocation.offset(row) / Shadow::granule,
                   last = (allocation.offset(row) + extent.width - 1) / Shadow::granule;
      for (size_t i = first; i <= last && !touched; ++i) {
        const Cell& cell = state.shadow.cell(i);
        touched = contains(other, uint32_t(cell.write.key)) ||
                  (writes && contains(other, uint32_t(cell.read.key)));
      }
    });
    if (touched) return &other;
  }
  return nullptr;
}

void KernelChecker::range(const Extent& extent, bool writes, const ApiCall& call) {
  const AllocationPtr allocation = find_allocation(extent.first);
  if (!allocation || !extent.width || !extent.height) return;
  AllocationState& state = AllocationState::of(*allocation);
  const std::vector<KeyedOperation> unordered = streams_.unordered();
  if (!unordered.empty()) {
    if (const KeyedOperation* other = conflict(*allocation, state, extent, writes, unordered)) {
      report_range_conflict(call, *other, *allocation);
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
