// SPDX-License-Identifier: Apache-2.0
// Where an access goes, and whether there is memory of the right kind.
#include "check/kernel_checker.h"
#include "cuda_runtime.h"
#include "report/module.h"
#include "report/symbols.h"
#include "runtime/device.h"

namespace cuda_emulation {
namespace {

const char* word(Access kind) {
  return kind == Access::read ? "read" : kind == Access::write ? "write" : "atomic operation";
}

std::string words(const char* what, Access kind, size_t bytes) {
  return std::string(what) + " " + word(kind) + " of " + std::to_string(bytes) + " bytes";
}

}  // namespace

// A thread's own variables are its own affair; another thread's are out of reach.
void KernelChecker::access_stack(const char* address, size_t bytes, Access kind, const void* pc) {
  const FiberStacks& stacks = block_->stacks();
  const char* own = stacks.low(this_thread.lane->stack);
  if (size_t(address - own) < stacks.size()) return;
  fail(cudaErrorIllegalAddress, "local_memory",
       words("illegal", kind, bytes) + " in another thread's local memory", "", pc);
}

void KernelChecker::access_static(const char* address, size_t bytes, Access kind, const void* pc) {
  const auto offset = size_t(address - static_low_);
  switch (variables_.locate(offset, bytes)) {
    case SharedVariables::Verdict::other:
      return;
    case SharedVariables::Verdict::outside:
      fail(cudaErrorIllegalAddress, "out_of_bounds", words("out-of-bounds", kind, bytes),
           "__shared__ " + variables_.describe(offset), pc);
    case SharedVariables::Verdict::inside:
      break;
  }
  touch({Space::shared, static_shadow_.get(), offset, nullptr, nullptr}, bytes, kind, address, pc);
  if (counting_) counter_.access(this_thread.lane->number, true, kind, address, bytes, pc);
}

void KernelChecker::access_dynamic(const char* address, size_t bytes, Access kind, const void* pc) {
  const SharedMemory& shared = block_->shared();
  const size_t size = block_->launch().dynamic_shared;
  if (!shared.in_dynamic(address, bytes, size)) {
    fail(cudaErrorIllegalAddress, "out_of_bounds", words("out-of-bounds", kind, bytes),
         "dynamic shared memory (" + std::to_string(size) + " bytes) + " +
             std::to_string(address - shared.dynamic()),
         pc);
  }
  touch(
      {Space::shared, dynamic_shadow_.get(), size_t(address - shared.dynamic()), nullptr, nullptr},
      bytes, kind, address, pc);
  if (counting_) counter_.access(this_thread.lane->number, true, kind, address, bytes, pc);
}

// Kernel arguments, constant tables and other variables of the program.
bool KernelChecker::outside_device(const char* address) const {
  const KernelCall& call = block_->launch().call;
  const auto* arguments = static_cast<const char*>(call.arguments.get());
  return size_t(address - arguments) < call.argument_bytes || Module::containing(address);
}

void KernelChecker::access_global(const char* address, size_t bytes, Access kind, const void* pc) {
  const uintptr_t page = reinterpret_cast<uintptr_t>(address) >> 12;
  CacheEntry& entry = cache_[page % cache_size];
  if (entry.page != page || !entry.allocation || !entry.allocation->contains(address, bytes)) {
    Allocation* allocation = find_global(address, bytes, kind, pc);
    if (!allocation) return;
    entry = {page, allocation, &AllocationState::of(*allocation)};
  }
  const Target target{Space::global, &entry.state->shadow, entry.allocation->offset(address),
                      entry.allocation, entry.state};
  if (!entry.state->operations.empty()) check_order_of_operations(target, address, bytes, kind, pc);
  if (kind != Access::write && !entry.state->all_initialised(target.offset, bytes)) {
    fail(cudaErrorLaunchFailure, "uninitialised",
         words("", kind, bytes).substr(1) + " that were never written", object_at(target, address),
         pc);
  }
  if (kind != Access::read) entry.state->set_initialised(target.offset, bytes, true);
  entry.state->last_key = order_.key();
  touch(target, bytes, kind, address, pc);
  if (counting_) counter_.access(this_thread.lane->number, false, kind, address, bytes, pc);
}

Allocation* KernelChecker::find_global(const char* address, size_t bytes, Access kind,
                                       const void* pc) {
  AllocationPtr allocation = find_allocation(address);
  if (!allocation || !allocation->contains(address, bytes)) {
    if (outside_device(address)) return nullptr;
    no_memory(address, bytes, kind, pc);
  }
  const int device = block_->launch().device;
  if (allocation->kind == MemoryKind::device && !may_access(device, allocation->device)) {
    fail(cudaErrorIllegalAddress, "wrong_device",
         words("illegal", kind, bytes) + ": device " + std::to_string(device) +
             " has no peer access to the memory's device",
         describe(*allocation), pc);
  }
  held_.push_back(allocation);
  return allocation.get();
}

void KernelChecker::no_memory(const char* address, size_t bytes, Access kind, const void* pc) {
  if (const AllocationPtr freed = find_freed(address)) {
    Report report;
    report.kind = "use_after_free";
    report.error = cudaErrorIllegalAddress;
    report.message = words("illegal", kind, bytes) + " of memory that was freed";
    report.object = describe(*freed) + " + " + std::to_string(freed->offset(address));
    report.others.push_back(place_of_call(freed->freed_at));
    fail(std::move(report), pc);
  }
  if (const AllocationPtr near = find_near(address, 4096)) {
    const long offset = address - near->base;
    fail(cudaErrorIllegalAddress, "out_of_bounds", words("out-of-bounds", kind, bytes),
         describe(*near) + (offset < 0 ? " - " : " + ") +
             std::to_string(offset < 0 ? -offset : offset),
         pc);
  }
  char text[64];
  std::snprintf(text, sizeof text, " at %p", static_cast<const void*>(address));
  fail(cudaErrorIllegalAddress, "illegal_address",
       words("illegal", kind, bytes) + text +
           ", which is neither shared nor device memory (a host pointer?)",
       "", pc);
}

std::string KernelChecker::object_at(const Target& target, const char* address) const {
  if (target.space == Space::global) {
    return describe(*target.allocation) + " + " +
           std::to_string(target.allocation->offset(address));
  }
  const SharedMemory& shared = block_->shared();
  if (target.shadow == static_shadow_.get())
    return "__shared__ " + variables_.describe(size_t(address - static_low_));
  return "dynamic shared memory (" + std::to_string(block_->launch().dynamic_shared) +
         " bytes) + " + std::to_string(address - shared.dynamic());
}

}  // namespace cuda_emulation
