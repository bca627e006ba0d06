// SPDX-License-Identifier: Apache-2.0
#include "reduction_thread.h"

#include <utility>

namespace fovea {

ReductionThread::ReductionThread(Work work)
    : work_(std::move(work)), thread_([this] { serve(); }) {}

ReductionThread::~ReductionThread() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ReductionThread::give(int64_t begin, int64_t end) {
  {
    const std::lock_guard lock(mutex_);
    given_.push_back({begin, end});
  }
  changed_.notify_all();
}

void ReductionThread::join() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return done_ == given_.size(); });
  given_.clear();
  done_ = 0;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ReductionThread::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ends_ || done_ < given_.size(); });
    if (ends_) return;
    const Range range = given_[done_];
    lock.unlock();
    std::exception_ptr failure;
    try {
      work_(range.begin, range.end);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    done_ = failure ? given_.size() : done_ + 1;
    if (failure) failure_ = std::move(failure);
    changed_.notify_all();
  }
}

}  // namespace fovea
