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
  notes_passed_ = launch.configuration.early_exit == EarlyExit::suspicious;
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
    if (notes_passed_) {
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
