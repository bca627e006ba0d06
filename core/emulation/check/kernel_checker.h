// SPDX-License-Identifier: Apache-2.0
// Checks every access of every kernel thread. One worker runs all blocks, so this state belongs to
// the block that runs.
#pragma once
#include "check/access_counter.h"
#include "check/allocation_state.h"
#include "check/block_order.h"
#include "check/host_guard.h"
#include "check/shadow.h"
#include "check/shared_variables.h"
#include "check/stream_order.h"
#include "cuda_emulation/report.h"
#include "execution/checker.h"
#include "execution/thread_block.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cuda_emulation {

class KernelChecker final : public Checker {
 public:
  KernelChecker();

  void launch_starts(const Launch& launch) override;
  void launch_ends(const Launch& launch) override;
  void block_starts(ThreadBlock& block) override;
  void block_ends(ThreadBlock& block) override;
  void barrier_passed() override;
  void warp_ordered(int warp, uint32_t mask) override { order_.warp_ordered(warp, mask); }
  void fence() override { fence_used_ = true; }
  void access(const void* address, size_t bytes, Access kind, const void* pc) override;
  void async_copy_issued(const void* shared, size_t bytes, const void* pc) override;
  void async_copy_made(const void* shared, size_t bytes) override;
  bool handles_fault(const void* address, const void* pc) override {
    return guard_.handles_fault(address, pc);
  }

  void submitted(const Point& operation) override { streams_.submitted(operation); }
  void starts(const Point& operation, const std::vector<Point>& after) override {
    streams_.starts(operation, after);
  }
  void ends(const Point& operation) override { streams_.ends(operation); }
  void also_after(const std::vector<Point>& points) override { streams_.also_after(points); }
  void host_waited(const Point& point) override;

  void reads(const Extent& extent, const ApiCall& call) override;
  void writes(const Extent& extent, const ApiCall& call) override;
  void copies(const Extent& to, const Extent& from, const ApiCall& call) override;
  void allocates(Allocation& allocation, const ApiCall& call) override;
  void frees(Allocation& allocation, const ApiCall& call) override;
  void opens_host_memory() override { guard_.open(); }
  void closes_host_memory() override { guard_.close(); }
  void host_memory_lent(const Extent& extent, Access use, const Point& until,
                        const ApiCall& call) override;

  // For the hooks.
  void step(const void* pc) {
    if (counting_) counter_.step(this_thread.lane->number, pc);
  }
  [[noreturn]] void misaligned(const void* address, size_t bytes, const void* pc);
  [[noreturn]] void fail(cudaError_t error, const char* kind, std::string message,
                         std::string object, const void* pc);
  [[noreturn]] void fail(Report report, const void* pc);

 private:
  enum class Space { shared, global };
  // The memory that an access touches, and its name when it has to be reported.
  struct Target {
    Space space;
    Shadow* shadow;
    size_t offset;           // in the shadow
    Allocation* allocation;  // global
    AllocationState* state;  // global
  };

  void begin(const Launch& launch, ThreadBlock& block);
  void locate_memory(ThreadBlock& block);

  void access_stack(const char* address, size_t bytes, Access kind, const void* pc);
  void access_static(const char* address, size_t bytes, Access kind, const void* pc);
  void access_dynamic(const char* address, size_t bytes, Access kind, const void* pc);
  void access_global(const char* address, size_t bytes, Access kind, const void* pc);
  Allocation* find_global(const char* address, size_t bytes, Access kind, const void* pc);
  [[noreturn]] void no_memory(const char* address, size_t bytes, Access kind, const void* pc);
  bool outside_device(const char* address) const;  // arguments and constants of the program
  void check_order_of_operations(const Target& target, const char* address, size_t bytes,
                                 Access kind, const void* pc);

  void touch(const Target& target, size_t bytes, Access kind, const char* address, const void* pc);
  void touch_cell(const Target& target, Cell& cell, unsigned mask, Access kind, const char* address,
                  const void* pc);
  [[noreturn]] void pending_conflict(const Target& target, const Record& copy, Access kind,
                                     const char* address, const void* pc);
  Target shared_target(const void* address);

  bool is_older_and_ordered(uint32_t key) const;
  [[noreturn]] void race(const char* hazard, const Target& target, const Record& other,
                         const char* address, const void* pc);
  void note_unwritten(const Target& target, const char* address, const void* pc);
  Place here(const void* pc) const;  // of the running thread
  Place place_of(const Record& record) const;
  void range(const Extent& extent, bool writes, const ApiCall& call);
  struct Conflict {
    std::string name;
    Place place;
  };
  std::unique_ptr<Conflict> conflict(const Allocation& allocation, AllocationState& state,
                                     const Extent& extent, bool writes,
                                     const std::vector<KeyedOperation>& unordered);
  static const Record* record_in(const Allocation& allocation, AllocationState& state,
                                 const Extent& extent, bool reads, const KeyedOperation& kernel);
  std::string object_at(const Target& target, const char* address) const;

  // Of the running launch and block.
  uint32_t launch_key_ = 0;
  std::vector<KeyedOperation> unordered_;  // operations that may run at the same time
  uint32_t ordered_below_ = 0;             // keys of the past
  ThreadBlock* block_ = nullptr;
  BlockOrder order_;
  bool fence_used_ = false;
  std::unique_ptr<Report> unwritten_;  // a read of shared memory that nothing had written yet

  // Where things are.
  const char* stacks_low_ = nullptr;
  size_t stacks_size_ = 0;
  const char* static_low_ = nullptr;
  size_t static_size_ = 0;
  const char* dynamic_low_ = nullptr;  // with its margins
  size_t dynamic_span_ = 0;
  SharedVariables variables_;
  std::unique_ptr<Shadow> static_shadow_, dynamic_shadow_;

  static constexpr size_t cache_size = 256;
  struct CacheEntry {
    uintptr_t page;
    Allocation* allocation;
    AllocationState* state;
  };
  CacheEntry cache_[cache_size] = {};
  std::vector<AllocationPtr> held_;  // keeps what the cache points to

  AccessCounter counter_;
  bool counting_ = false;

  StreamOrder streams_;
  HostGuard guard_;
  std::mutex launches_mutex_;
  std::map<uint32_t, std::vector<KeyedOperation>> unordered_with_;  // by the launch's first key
};

// The checker of a checked program.
inline KernelChecker& kernel_checker() {
  return static_cast<KernelChecker&>(*detail::installed_checker);
}

// Inline in the hooks, which are called for every access.
inline void KernelChecker::access(const void* address, size_t bytes, Access kind, const void* pc) {
  const auto* first = static_cast<const char*>(address);
  if (size_t(first - stacks_low_) < stacks_size_) return access_stack(first, bytes, kind, pc);
  if (size_t(first - static_low_) < static_size_) return access_static(first, bytes, kind, pc);
  if (size_t(first - dynamic_low_) < dynamic_span_) return access_dynamic(first, bytes, kind, pc);
  access_global(first, bytes, kind, pc);
}

}  // namespace cuda_emulation
