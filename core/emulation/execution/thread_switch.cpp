// SPDX-License-Identifier: Apache-2.0
// Which thread of the block runs next, and the switch to it.
#include "execution/context_switch.h"
#include "execution/sanitizer.h"
#include "execution/thread_block.h"

namespace cuda_emulation {

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
void ThreadBlock::start_switch(void** fake_stack, Lane* next) {
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

}  // namespace cuda_emulation
