// SPDX-License-Identifier: Apache-2.0
// Counts calls of operator new in the whole program, or lets large ones fail; link
// allocation_counter.cpp to use it. Under Clang's ThreadSanitizer nothing is counted or fails.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fovea::test {

int64_t allocations();

// While it lives, plain operator new of more than so many bytes throws std::bad_alloc.
class AllocationLimit {
 public:
  explicit AllocationLimit(std::size_t bytes);
  ~AllocationLimit();
  AllocationLimit(const AllocationLimit&) = delete;
  AllocationLimit& operator=(const AllocationLimit&) = delete;
};

}  // namespace fovea::test
