// SPDX-License-Identifier: Apache-2.0
// Races: two accesses of a place, one of them a write, that nothing orders. Two atomic operations
// are no race.
#include "check/kernel_checker.h"
#include "cuda_runtime.h"
#include "execution/place.h"
#include "report/symbols.h"

#include <utility>

namespace cuda_emulation {

bool KernelChecker::is_older_and_ordered(uint32_t key) const {
  if (key < ordered_below_) return true;
  if (key >= launch_key_) return false;
  for (const KeyedOperation& operation : unordered_) {
    if (key - operation.first_key < operation.keys) return false;
  }
  return true;
}

void KernelChecker::touch(const Target& target, size_t bytes, Access kind, const char* address,
                          const void* pc) {
  size_t offset = target.offset;
  const size_t end = offset + bytes;
  while (offset < end) {
    const size_t index = offset / Shadow::granule, first = offset % Shadow::granule;
    const size_t last = std::min(end - index * Shadow::granule, Shadow::granule);
    Cell& cell = target.shadow->cell(index);
    if (last - first == Shadow::granule && !(cell.write.flags & is_split)) {
      touch_cell(target, cell, initialised, kind, address, pc);
    } else {
      Shadow::Bytes& cells = target.shadow->bytes(index);
      for (size_t i = first; i < last; ++i) touch_cell(target, cells[i], 1, kind, address, pc);
    }
    address += last - first;
    offset += last - first;
  }
}

// `mask`: the initialised bits that belong to the cell's bytes.
inline void KernelChecker::touch_cell(const Target& target, Cell& cell, unsigned mask, Access kind,
                                      const char* address, const void* pc) {
  const uint32_t key = order_.key();
  const int thread = this_thread.lane->number;
  const bool shared = target.space == Space::shared;
  if (cell.write.key == key) {
    if (cell.write.flags & is_pending) pending_conflict(target, cell.write, kind, address, pc);
    if (!order_.ordered(cell.write, thread) &&
        !(kind == Access::atomic && (cell.write.flags & is_atomic))) {
      race(kind == Access::read ? "read after write" : "write after write", target, cell.write,
           address, pc);
    }
  } else if (!shared && cell.write.key && !is_older_and_ordered(cell.write.key) &&
             !(kind == Access::atomic && (cell.write.flags & is_atomic))) {
    race(kind == Access::read ? "read after write" : "write after write", target, cell.write,
         address, pc);
  }
  if (kind != Access::read) {
    const bool conflict = cell.read.key == key
                              ? !order_.readers_ordered(cell.read, thread)
                              : !shared && cell.read.key && !is_older_and_ordered(cell.read.key);
    if (conflict) race("write after read", target, cell.read, address, pc);
  }
  if (shared && kind != Access::write && !unwritten_ &&
      (cell.write.key != key || (cell.write.flags & mask) != mask)) {
    note_unwritten(target, address, pc);
  }
  const Record now = order_.stamp(thread, pc);
  if (kind == Access::read) {
    const bool others = cell.read.key == key && cell.read.barrier == now.barrier &&
                        (int(cell.read.thread) != thread || (cell.read.flags & several_threads)) &&
                        !order_.readers_ordered(cell.read, thread);
    unsigned flags = 0;
    if (others) {
      flags = several_threads | (cell.read.flags & several_warps);
      if (cell.read.thread >> 5 != now.thread >> 5) flags |= several_warps;
    }
    cell.read = now;
    cell.read.flags = flags;
    return;
  }
  const unsigned kept = cell.write.key == key ? cell.write.flags & initialised : 0;
  const unsigned split = cell.write.flags & is_split;
  cell.write = now;
  cell.write.flags = kept | mask | split | (kind == Access::atomic ? is_atomic : 0);
}

Place KernelChecker::place_of(const Record& record) const {
  Place place = place_of_call(reinterpret_cast<const void*>(uintptr_t(record.pc)));
  const auto operation = streams_.find(uint32_t(record.key));
  if (!operation || !operation->name.kernel) return place;
  place.kernel = function_name(operation->name.kernel);
  place.in_thread = true;
  place.block = unflatten(uint32_t(record.key) - operation->first_key, operation->name.grid);
  place.thread = unflatten(record.thread, operation->name.block);
  return place;
}

// Shared memory that is read before it is written was either never written, or a barrier is missing
// before the read: which, shows by the next barrier or the block's end.
void KernelChecker::note_unwritten(const Target& target, const char* address, const void* pc) {
  Report report;
  report.kind = "uninitialised";
  report.error = cudaErrorLaunchFailure;
  report.message = "read of shared memory that was never written";
  report.object = object_at(target, address);
  report.place = here(pc);
  unwritten_ = std::make_unique<Report>(std::move(report));
}

void KernelChecker::barrier_passed() {
  if (unwritten_) block_->fail(*std::exchange(unwritten_, nullptr));
  order_.barrier_passed();
  if (counting_) counter_.barrier_passed();
}

void KernelChecker::race(const char* hazard, const Target& target, const Record& other,
                         const char* address, const void* pc) {
  Report report;
  const bool same_block = other.key == order_.key();
  const bool same_launch = uint32_t(other.key) - launch_key_ < block_->launch().blocks;
  report.kind = same_launch ? "race" : "stream_race";
  report.error = cudaErrorLaunchFailure;
  report.message = std::string("race, ") + hazard + ": " +
                   (same_block    ? "no barrier orders two threads of the block"
                    : same_launch ? "nothing orders threads of different blocks"
                                  : "no event, stream or wait of the host orders two kernels");
  report.object = object_at(target, address);
  report.others.push_back(place_of(other));
  if (same_launch && !same_block && fence_used_) {
    report.details.push_back(
        "Unsupported: the kernel uses __threadfence, perhaps to hand data from block to block "
        "(\"the last block reduces\"). "
        "Such protocols are not followed; use a second launch, or atomic operations on the data "
        "itself.");
  }
  fail(std::move(report), pc);
}

// --- Asynchronous copies

KernelChecker::Target KernelChecker::shared_target(const void* address) {
  const auto* first = static_cast<const char*>(address);
  if (size_t(first - static_low_) < static_size_)
    return {Space::shared, static_shadow_.get(), size_t(first - static_low_), nullptr, nullptr};
  return {Space::shared, dynamic_shadow_.get(), size_t(first - block_->shared().dynamic()), nullptr,
          nullptr};
}

void KernelChecker::pending_conflict(const Target& target, const Record& copy, Access kind,
                                     const char* address, const void* pc) {
  Report report;
  report.kind = "async_copy";
  report.error = cudaErrorLaunchFailure;
  report.message = std::string(kind == Access::read ? "read" : "write") +
                   " of shared memory whose asynchronous copy was not waited for";
  report.object = object_at(target, address);
  report.others.push_back(place_of(copy));
  fail(std::move(report), pc);
}

void KernelChecker::async_copy_issued(const void* shared, size_t bytes, const void* pc) {
  const Target target = shared_target(shared);
  const auto* address = static_cast<const char*>(shared);
  for (size_t offset = target.offset; offset < target.offset + bytes;
       offset += Shadow::granule, address += Shadow::granule) {
    Cell& cell = target.shadow->cell(offset / Shadow::granule);
    if (cell.write.key == order_.key() && (cell.write.flags & is_pending))
      pending_conflict(target, cell.write, Access::write, address, pc);
    touch_cell(target, cell, initialised, Access::write, address, pc);
    cell.write.flags |= is_pending;
  }
}

void KernelChecker::async_copy_made(const void* shared, size_t bytes) {
  const Target target = shared_target(shared);
  for (size_t offset = target.offset; offset < target.offset + bytes; offset += Shadow::granule) {
    Record& write = target.shadow->cell(offset / Shadow::granule).write;
    const Record now =
        order_.stamp(this_thread.lane->number, reinterpret_cast<const void*>(uintptr_t(write.pc)));
    const unsigned flags = write.flags & ~is_pending;
    write = now;
    write.flags = flags;
  }
}

}  // namespace cuda_emulation
