// SPDX-License-Identifier: Apache-2.0
#include "support/allocation_counter.h"

#include "support/sanitized.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

std::atomic<int64_t> count = 0;
std::atomic<std::size_t> limit = SIZE_MAX;

[[maybe_unused]] void* counted(std::size_t bytes) {
  count++;
  if (bytes <= limit) {
    if (void* block = std::malloc(bytes)) return block;
  }
  throw std::bad_alloc();
}

[[maybe_unused]] void* counted(std::size_t bytes, std::align_val_t alignment) {
  count++;
  const auto step = static_cast<std::size_t>(alignment);
  if (void* block = std::aligned_alloc(step, (bytes + step - 1) / step * step)) return block;
  throw std::bad_alloc();
}

}  // namespace

namespace fovea::test {

int64_t allocations() { return count; }

AllocationLimit::AllocationLimit(std::size_t bytes) { limit = bytes; }
AllocationLimit::~AllocationLimit() { limit = SIZE_MAX; }

}  // namespace fovea::test

// A program that Clang's ThreadSanitizer is part of has its operators already.
#if !(defined(__clang__) && defined(__SANITIZE_THREAD__))
void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  count++;
  return std::malloc(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t& tag) noexcept {
  return operator new(bytes, tag);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, alignment);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, alignment);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
#endif
