// SPDX-License-Identifier: Apache-2.0
#include "execution/fiber_stacks.h"

#include <sys/mman.h>

#include <new>

namespace cuda_emulation {

// The stride is no power of two, so that equal depths of different stacks do not share cache sets.
FiberStacks::FiberStacks(int capacity, size_t size)
    : capacity_(capacity), size_(size), stride_(size + guard + 4096) {
  void* mapping = mmap(nullptr, stride_ * size_t(capacity_) + guard, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  base_ = static_cast<char*>(mapping);
}

FiberStacks::~FiberStacks() { munmap(base_, stride_ * size_t(capacity_) + guard); }

int FiberStacks::acquire() {
  if (!free_.empty()) {
    const int stack = free_.back();
    free_.pop_back();
    return stack;
  }
  mprotect(low(created_) - guard, guard, PROT_NONE);
  return created_++;
}

void FiberStacks::release_all() {
  free_.clear();
  for (int stack = created_; stack-- > 0;) free_.push_back(stack);
}

bool FiberStacks::contains(const void* address) const {
  const auto* byte = static_cast<const char*>(address);
  return byte >= base_ && byte < base_ + stride_ * size_t(capacity_);
}

bool FiberStacks::in_guard_page(const void* address) const {
  return contains(address) && size_t(static_cast<const char*>(address) - base_) % stride_ < guard;
}

}  // namespace cuda_emulation
