// SPDX-License-Identifier: Apache-2.0
// The threads of one block: which may run, which wait for what, and the fibers they run on. One per
// worker, used for block after block.
//
// Fibers are lazy: a fiber runs threads one after the other on its stack, and another fiber is made
// only when a thread waits while others have not begun. A kernel without barriers needs one fiber
// and no switch.
#pragma once
#include "cuda_emulation/barrier.h"
#include "cuda_emulation/report.h"
#include "cuda_emulation/warp.h"
#include "execution/fiber_stacks.h"
#include "execution/launch.h"
#include "execution/shared_memory.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cuda_emulation {

struct PendingCopies;

// One thread of the block. What a barrier touches comes first.
struct Lane {
  void* context;  // while it does not run
  uint3 index;
  int number;  // in the block
  int stack;
  Site site;         // what it waits in, if it does
  void* fake_stack;  // AddressSanitizer's

  // What it waits in, if that is a collective of its warp.
  const char* waits_in;
  uint32_t mask;
  WarpFunction function;
  void* argument;
  // The barrier that it passed last, for EarlyExit::suspicious.
  Site passed;

  int warp() const { return number >> 5; }
  uint32_t bit() const { return 1u << (number & 31); }
};

// Sets of lanes; a lane is in one of them, or runs.
struct Warp {
  uint32_t all, unstarted, ready, at_barrier, at_collective, exited;
};

class ThreadBlock {
 public:
  static constexpr int max_threads = 1024, max_warps = 32;

  explicit ThreadBlock(size_t stack_size);
  ~ThreadBlock();

  // Runs the block to its end, or until a thread fails.
  void run(Launch& launch, uint64_t block);

  // For the running thread.
  void barrier(Site site);
  int barrier_vote(bool predicate, Vote vote, Site site);
  void collective(uint32_t mask, void* argument, WarpFunction function, const char* name,
                  Ordering ordering, const Site& site);
  uint32_t running_mask() const;
  PendingCopies& copies();  // of the running thread
  // A report about the running thread, or about another at its site.
  Report failure(cudaError_t error, const char* kind, const Site& site, std::string message) const;
  Place place() const;
  Place place_of(const Lane& lane) const;
  [[noreturn]] void fail(Report report);
  // The same after the last thread.
  void fail_at_end(const Report& report);

  const Launch& launch() const { return *launch_; }
  const uint3& index() const { return index_; }
  uint32_t key() const { return launch_->first_key + uint32_t(number_); }
  uint64_t number() const { return number_; }
  int threads() const { return threads_; }
  bool failed() const { return failed_; }
  const Lane& lane(int number) const { return lanes_[number]; }
  const Lane* current() const { return current_; }
  const Warp& warp(int number) const { return warps_[number]; }
  FiberStacks& stacks() { return stacks_; }
  SharedMemory& shared() { return shared_; }

  // Where a signal handler sends a thread that faulted: fails with the report prepared by fault().
  char* emergency_stack_top();

 private:
  static void fiber_entry();
  void reset(Launch& launch, uint64_t block);
  void number_threads();
  [[noreturn]] void run_threads();
  void exit_current();

  Lane* pick();
  Lane* pick_unstarted();
  Lane* pick_in(int warp, uint32_t candidates);
  int pick_warp(uint32_t warps);
  int pick_bit(uint32_t bits, int after);
  uint64_t random();

  void suspend();
  void switch_to(Lane* next);
  [[noreturn]] void leave_for(Lane* next);
  [[noreturn]] void leave_for_root();
  void start_switch(void** fake_stack, Lane* next);
  void mark_running(Lane* lane);
  void become(Lane* lane);

  void check_barrier(const Site& site);
  void release_barrier();
  void check_collective(uint32_t mask, WarpFunction function, const char* name, const Site& site);
  void check_exit(const Lane& lane);
  [[noreturn]] void deadlock();

  Launch* launch_ = nullptr;
  uint64_t number_ = 0;
  uint3 index_ = {0, 0, 0};
  Order order_ = Order::forward;
  int threads_ = 0, warp_count_ = 0;
  int at_barrier_ = 0, exited_ = 0;
  uint32_t runnable_ = 0;  // warps with lanes that are ready or unstarted
  Lane* current_ = nullptr;
  Site barrier_site_ = {};
  const Lane* barrier_lane_ = nullptr;  // the first to arrive there
  Site left_after_ = {};                // the barrier that a returned thread passed last
  int votes_ = 0;
  bool copies_used_ = false;
  bool notes_passed_ = false;  // EarlyExit::suspicious
  bool failed_ = false;
  uint64_t random_ = 0;
  void* root_context_ = nullptr;
  void* root_fake_stack_ = nullptr;
  const void* root_stack_ = nullptr;
  size_t root_stack_size_ = 0;
  dim3 numbered_for_ = dim3(0, 0, 0);

  Warp warps_[max_warps];
  Lane lanes_[max_threads];
  std::vector<std::unique_ptr<PendingCopies>> copies_;
  FiberStacks stacks_;
  SharedMemory shared_;
  std::unique_ptr<char[]> emergency_stack_;
};

inline uint32_t lanes_below(int count) { return count >= 32 ? ~0u : (1u << count) - 1; }

// The index of element `number` of a grid or block, counted along x first.
inline uint3 unflatten(uint64_t number, const dim3& size) {
  return {unsigned(number % size.x), unsigned(number / size.x % size.y),
          unsigned(number / size.x / size.y)};
}

// The block of the calling thread; fails the program with std::logic_error when the caller is not a
// kernel thread.
ThreadBlock& running_block(const char* caller);

}  // namespace cuda_emulation
