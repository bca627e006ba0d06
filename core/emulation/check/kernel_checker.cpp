// SPDX-License-Identifier: Apache-2.0
#include "check/kernel_checker.h"

#include "cuda_runtime.h"
#include "report/counter_store.h"
#include "report/module.h"
#include "report/symbols.h"

#include <algorithm>
#include <cstdlib>

namespace cuda_emulation {

namespace {

// Before main, since the configuration asks whether there is a checker. Never destroyed: the worker
// outlives static objects.
[[maybe_unused]] const KernelChecker& created = *new KernelChecker;

}  // namespace

KernelChecker::KernelChecker() {
  detail::installed_checker = this;
  std::atexit([] { report_leaks(); });
}

// On the host thread that executes the launch.
void KernelChecker::launch_starts(const Launch& launch) {
  {
    const std::lock_guard<std::mutex> lock(launches_mutex_);
    unordered_with_[launch.first_key] = streams_.unordered();
  }
  streams_.name_keys(launch.first_key, uint32_t(launch.blocks),
                     {launch.call.function, nullptr, nullptr, launch.grid, launch.block});
  guard_.open();
}

void KernelChecker::launch_ends(const Launch& launch) {
  guard_.close();
  const std::lock_guard<std::mutex> lock(launches_mutex_);
  unordered_with_.erase(launch.first_key);
}

// On the worker, before the launch's first block.
void KernelChecker::begin(const Launch& launch, ThreadBlock& block) {
  launch_key_ = launch.first_key;
  {
    const std::lock_guard<std::mutex> lock(launches_mutex_);
    unordered_ = unordered_with_[launch.first_key];
  }
  ordered_below_ = launch.first_key;
  for (const KeyedOperation& operation : unordered_)
    ordered_below_ = std::min(ordered_below_, operation.first_key);
  fence_used_ = false;
  counting_ = counters_enabled();
  if (counting_) counter_.start_launch(launch);
  std::fill(std::begin(cache_), std::end(cache_), CacheEntry{});
  held_.clear();
  locate_memory(block);
}

void KernelChecker::locate_memory(ThreadBlock& block) {
  const FiberStacks& stacks = block.stacks();
  stacks_low_ = stacks.begin();
  stacks_size_ = size_t(stacks.end() - stacks.begin());
  const SharedMemory& shared = block.shared();
  dynamic_low_ = shared.dynamic() - SharedMemory::margin;
  dynamic_span_ = SharedMemory::max_dynamic + 2 * SharedMemory::margin;
  if (!dynamic_shadow_) dynamic_shadow_ = std::make_unique<Shadow>(SharedMemory::max_dynamic);
  const char* segment = shared.thread_local_low();
  if (segment == static_low_) return;
  static_low_ = segment;
  static_size_ = segment ? size_t(shared.thread_local_high() - segment) : 0;
  static_shadow_ = std::make_unique<Shadow>(static_size_);
  variables_ = SharedVariables();
  if (const Module* module = Module::containing(block.launch().call.function))
    variables_.read(*module);
}

void KernelChecker::block_starts(ThreadBlock& block) {
  if (block.launch().first_key != launch_key_) begin(block.launch(), block);
  block_ = &block;
  order_.start(block.key(), (block.threads() + 31) / 32);
  if (counting_) counter_.start_block();
}

void KernelChecker::block_ends(ThreadBlock& block) {
  if (unwritten_ && !block.failed()) block.fail_at_end(*unwritten_);
  unwritten_ = nullptr;
  block_ = nullptr;
  if (counting_) counter_.end_block();
}

void KernelChecker::host_waited(const Point& point) {
  streams_.host_waited(point);
  guard_.host_waited(point);
}

void KernelChecker::fail(cudaError_t error, const char* kind, std::string message,
                         std::string object, const void* pc) {
  Report report;
  report.kind = kind;
  report.message = std::move(message);
  report.error = error;
  report.object = std::move(object);
  fail(std::move(report), pc);
}

Place KernelChecker::here(const void* pc) const {
  Place place = block_->place();
  locate(place, pc);
  return place;
}

void KernelChecker::fail(Report report, const void* pc) {
  // What was never written may have been the index or address that is wrong now.
  if (unwritten_ && report.kind != "race") {
    report = *unwritten_;
  } else {
    report.place = here(pc);
  }
  unwritten_ = nullptr;
  block_->fail(std::move(report));
}

void KernelChecker::misaligned(const void* address, size_t bytes, const void* pc) {
  const AllocationPtr allocation = find_allocation(address);
  fail(cudaErrorMisalignedAddress, "misaligned",
       "access of " + std::to_string(bytes) + " bytes at an address that is not a multiple of " +
           std::to_string(bytes),
       allocation ? describe(*allocation) + " + " + std::to_string(allocation->offset(address))
                  : std::string(),
       pc);
}

void KernelChecker::host_memory_lent(const Extent& extent, Access use, const Point& until,
                                     const ApiCall& call) {
  const AllocationPtr allocation = find_allocation(extent.first);
  if (allocation && allocation->kind == MemoryKind::pinned) guard_.lend(extent, use, until, call);
}

}  // namespace cuda_emulation
