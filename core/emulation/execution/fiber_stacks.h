// SPDX-License-Identifier: Apache-2.0
// The stacks of one worker's fibers: equal in size, each above a guard page.
#pragma once
#include <cstddef>
#include <vector>

namespace cuda_emulation {

class FiberStacks {
 public:
  FiberStacks(int capacity, size_t size);
  FiberStacks(const FiberStacks&) = delete;
  ~FiberStacks();

  int acquire();
  void release(int stack) { free_.push_back(stack); }
  void release_all();

  char* low(int stack) const { return base_ + guard + size_t(stack) * stride_; }
  size_t size() const { return size_; }
  int created() const { return created_; }
  const char* begin() const { return base_; }
  const char* end() const { return base_ + stride_ * size_t(capacity_); }
  bool contains(const void* address) const;
  bool in_guard_page(const void* address) const;

 private:
  static constexpr size_t guard = 4096;

  int capacity_;
  size_t size_;
  size_t stride_;
  char* base_;
  int created_ = 0;
  std::vector<int> free_;
};

}  // namespace cuda_emulation
