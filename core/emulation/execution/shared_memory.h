// SPDX-License-Identifier: Apache-2.0
// A worker's shared memory: the dynamic arena, and the __shared__ variables, which are thread-local
// variables of the module.
#pragma once
#include <cstddef>
#include <vector>

namespace cuda_emulation {

struct Launch;

class SharedMemory {
 public:
  static constexpr size_t max_dynamic = 227 * 1024;
  static constexpr size_t margin =
      4096;  // around the arena, of which a program that stays in bounds sees nothing

  SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  ~SharedMemory();

  // Fills what the launch's block will see with 0xff bytes: NaN as floating point, -1 as an index.
  void poison(const Launch& launch);

  char* dynamic() const { return dynamic_; }
  char* thread_local_low() const { return low_; }
  char* thread_local_high() const { return high_; }
  bool in_static(const void* address) const { return address >= low_ && address < high_; }
  bool in_dynamic(const void* address, size_t bytes, size_t size) const {
    const auto* first = static_cast<const char*>(address);
    return first >= dynamic_ && first + bytes <= dynamic_ + size;
  }

 private:
  struct Range {
    char* low;
    size_t size;
  };
  void locate(const void* function);

  char* dynamic_;
  const void* located_for_ = nullptr;
  char* low_ = nullptr;
  char* high_ = nullptr;
  std::vector<Range> variables_;
  size_t variable_bytes_ = 0;
  unsigned blocks_poisoned_ = 0;  // of the located function
};

}  // namespace cuda_emulation
