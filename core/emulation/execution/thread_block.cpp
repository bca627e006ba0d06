// SPDX-License-Identifier: Apache-2.0
#include "execution/thread_block.h"

#include "execution/async_copies.h"
#include "execution/checker.h"
#include "execution/context_switch.h"
#include "execution/sanitizer.h"

#include <pthread.h>

#include <cstring>
#include <stdexcept>

namespace cuda_emulation {
namespace {

constexpr size_t emergency_stack_size = 256 * 1024;

uint32_t lanes_below(int count) { return count >= 32 ? ~0u : (1u << count) - 1; }

uint64_t block_in_order(const Launch& launch, uint64_t position) {
  switch (launch.configuration.order) {
    case Order::forward:
      return position;
    case Order::reverse:
      return launch.blocks - 1 - position;
    case Order::random:
      return uint64_t((static_cast<unsigned __int128>(position) * launch.factor + launch.offset) %
                      launch.blocks);
  }
  return position;
}

}  // namespace

ThreadBlock::ThreadBlock(size_t stack_size)
    : copies_(max_threads),
      stacks_(max_threads + 1, stack_size),
      emergency_stack_(new char[emergency_stack_size]) {
  pthread_attr_t attributes;
  void* low = nullptr;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &low, &root_stack_size_);
  pthread_attr_destroy(&attributes);
  root_stack_ = low;
  std::memset(lanes_, 0, sizeof lanes_);
}

ThreadBlock::~ThreadBlock() = default;

char* ThreadBlock::emergency_stack_top() {
  return emergency_stack_.get() + emergency_stack_size - 256;
}

ThreadBlock& running_block(const char* caller) {
  if (!this_thread.lane)
    throw std::logic_error(std::string(caller) + " called outside of a kernel");
  return *this_thread.block;
}

void ThreadBlock::run(Launch& launch, uint64_t position) {
  reset(launch, block_in_order(launch, position));
  blockIdx = index_;
  blockDim = launch.block;
  gridDim = launch.grid;
  this_thread = {nullptr, this, shared_.dynamic()};
  shared_.poison(launch);
  if (Checker* check = checker()) check->block_starts(*this);

  start_switch(&root_fake_stack_, pick());
  cuda_emulation_switch_context(&root_context_, current_->context);
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(root_fake_stack_, nullptr, nullptr);

  if (Checker* check = checker()) check->block_ends(*this);
  this_thread = {nullptr, nullptr, nullptr};
  if (failed_) {  // abandoned fibers
    stacks_.release_all();
    for (int i = 0; i < stacks_.created(); ++i) asan_unpoison(stacks_.low(i), stacks_.size());
  }
}

void ThreadBlock::reset(Launch& launch, uint64_t block) {
  launch_ = &launch;
  number_ = block;
  index_ = unflatten(block, launch.grid);
  order_ = launch.configuration.order;
  threads_ = int(launch.block.x * launch.block.y * launch.block.z);
  warp_count_ = (threads_ + 31) / 32;
  at_barrier_ = exited_ = 0;
  runnable_ = lanes_below(warp_count_);
  current_ = nullptr;
  left_after_ = {};
  failed_ = false;
  random_ = (launch.configuration.seed * 0x9e3779b97f4a7c15ull + block + 1) | 1;
  for (int i = 0; i < warp_count_; ++i) {
    const uint32_t all = lanes_below(threads_ - i * 32);
    warps_[i] = {all, all, 0, 0, 0, 0};
  }
  if (copies_used_) {
    for (auto& copies : copies_) copies.reset();
    copies_used_ = false;
  }
  number_threads();
}

void ThreadBlock::number_threads() {
  const dim3& size = launch_->block;
  if (size.x == numbered_for_.x && size.y == numbered_for_.y && size.z == numbered_for_.z) {
    if (launch_->configuration.early_exit == EarlyExit::suspicious) {
      for (int i = 0; i < threads_; ++i) lanes_[i].passed = {};
    }
    return;
  }
  numbered_for_ = size;
  for (int i = 0; i < threads_; ++i) {
    lanes_[i].index = unflatten(uint64_t(i), size);
    lanes_[i].number = i;
    lanes_[i].passed = {};
  }
}

// --- Which thread runs next

uint64_t ThreadBlock::random() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return random_;
}

// Forward: the next set bit after `after`, cyclically; reverse: the one before; random: any. `bits`
// is not 0.
int ThreadBlock::pick_bit(uint32_t bits, int after) {
  switch (order_) {
    case Order::forward: {
      const uint32_t later = after >= 31 ? 0 : bits & (~0u << (after + 1));
      return __builtin_ctz(later ? later : bits);
    }
    case Order::reverse: {
      const uint32_t earlier = after <= 0 ? 0 : bits & lanes_below(after);
      return 31 - __builtin_clz(earlier ? earlier : bits);
    }
    case Order::random: {
      auto skip = unsigned(random() % unsigned(__builtin_popcount(bits)));
      while (skip--) bits &= bits - 1;
      return __builtin_ctz(bits);
    }
  }
  return 0;
}

// The same warp as long as it can run (its stacks are in the cache), else the next in the order.
int ThreadBlock::pick_warp(uint32_t warps) {
  const int none = order_ == Order::reverse ? 32 : -1;
  const int now = current_ ? current_->warp() : none;
  if (order_ != Order::random && current_ && (warps >> now & 1)) return now;
  return pick_bit(warps, now);
}

Lane* ThreadBlock::pick_in(int warp, uint32_t candidates) {
  int after = order_ == Order::reverse ? 32 : -1;
  if (current_ && current_->warp() == warp) after = current_->number & 31;
  return &lanes_[warp * 32 + pick_bit(candidates, after)];
}

Lane* ThreadBlock::pick() {
  if (order_ == Order::forward && current_) {  // the usual case: a later lane of the same warp
    const Warp& warp = warps_[current_->warp()];
    const uint32_t later = (warp.ready | warp.unstarted) & (~1u << (current_->number & 31));
    if (later) return &lanes_[(current_->number & ~31) + __builtin_ctz(later)];
  }
  if (!runnable_) return nullptr;
  const int warp = pick_warp(runnable_);
  return pick_in(warp, warps_[warp].ready | warps_[warp].unstarted);
}

Lane* ThreadBlock::pick_unstarted() {
  uint32_t warps = 0;
  for (int i = 0; i < warp_count_; ++i) {
    if (warps_[i].unstarted) warps |= 1u << i;
  }
  if (!warps) return nullptr;
  const int warp = pick_warp(warps);
  return pick_in(warp, warps_[warp].unstarted);
}

// --- Switching

void ThreadBlock::become(Lane* lane) {
  threadIdx = lane->index;
  this_thread.lane = lane;
}

void ThreadBlock::mark_running(Lane* lane) {
  Warp& warp = warps_[lane->warp()];
  warp.ready &= ~lane->bit();
  warp.unstarted &= ~lane->bit();
  if (!(warp.ready | warp.unstarted)) runnable_ &= ~(1u << lane->warp());
  current_ = lane;
}

// Prepares `next`, with a fiber of its own if it has not begun, for a switch to current_->context.
inline void ThreadBlock::start_switch(void** fake_stack, Lane* next) {
  const bool fresh = warps_[next->warp()].unstarted & next->bit();
  mark_running(next);
  if (fresh) {
    next->stack = stacks_.acquire();
    const size_t stagger = size_t(next->stack * 5 % 61) * 64;  // of the tops, over cache sets
    next->context =
        prepare_context(stacks_.low(next->stack), stacks_.size(), 64 + stagger, &fiber_entry);
  }
  if (__sanitizer_start_switch_fiber) {
    __sanitizer_start_switch_fiber(fake_stack, stacks_.low(next->stack), stacks_.size());
  }
}

void ThreadBlock::switch_to(Lane* next) {
  Lane* self = current_;
  start_switch(&self->fake_stack, next);
  cuda_emulation_switch_context(&self->context, next->context);
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(self->fake_stack, nullptr, nullptr);
  become(self);
}

void ThreadBlock::leave_for(Lane* next) {
  void* dead;
  start_switch(nullptr, next);
  cuda_emulation_switch_context(&dead, next->context);
  __builtin_unreachable();
}

void ThreadBlock::leave_for_root() {
  void* dead;
  this_thread.lane = nullptr;
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(nullptr, root_stack_, root_stack_size_);
  cuda_emulation_switch_context(&dead, root_context_);
  __builtin_unreachable();
}

void ThreadBlock::suspend() {
  Lane* next = pick();
  if (!next) deadlock();
  switch_to(next);
}

void ThreadBlock::fiber_entry() {
  if (__sanitizer_finish_switch_fiber) __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
  this_thread.block->run_threads();
}

// The body of a fiber: runs the current thread, then threads that have not begun, and ends by
// switching to one that waits no longer, or to the worker.
void ThreadBlock::run_threads() {
  const int stack = current_->stack;
  for (;;) {
    current_->stack = stack;
    become(current_);
    launch_->call.invoke(launch_->call.arguments.get());
    exit_current();

    const bool any = order_ == Order::random && at_barrier_;
    Lane* next = any ? pick() : pick_unstarted();
    if (next && (warps_[next->warp()].unstarted & next->bit())) {
      mark_running(next);
      continue;
    }
    stacks_.release(stack);
    if (!next) next = pick();
    if (next) leave_for(next);
    if (exited_ == threads_) leave_for_root();
    deadlock();
  }
}

void ThreadBlock::exit_current() {
  Lane& lane = *current_;
  check_exit(lane);
  warps_[lane.warp()].exited |= lane.bit();
  ++exited_;
  if (at_barrier_ && at_barrier_ + exited_ == threads_) release_barrier();
}

uint32_t ThreadBlock::running_mask() const {
  const Warp& warp = warps_[current_->warp()];
  return warp.all & ~warp.exited & ~warp.at_barrier;
}

PendingCopies& ThreadBlock::copies() {
  copies_used_ = true;
  auto& copies = copies_[size_t(current_->number)];
  if (!copies) copies = std::make_unique<PendingCopies>();
  return *copies;
}

}  // namespace cuda_emulation
