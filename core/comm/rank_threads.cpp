// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/comm/rank_threads.h>

#include <utility>

namespace fovea {

RankThreads::RankThreads(int ranks, std::function<void()> give_up) : give_up_(std::move(give_up)) {
  for (int rank = 1; rank < ranks; rank++) threads_.emplace_back([this, rank] { serve(rank); });
}

RankThreads::~RankThreads() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void RankThreads::run(const std::function<void(int)>& body) {
  {
    const std::lock_guard lock(mutex_);
    body_ = &body;
    busy_ = static_cast<int>(threads_.size());
    runs_++;
  }
  changed_.notify_all();
  call(0);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return busy_ == 0; });
  if (failure_) std::rethrow_exception(failure_);
}

void RankThreads::call(int rank) noexcept {
  try {
    (*body_)(rank);
  } catch (...) {
    {
      const std::lock_guard lock(mutex_);
      if (failure_) return;  // of a rank that another one's failure has ended
      failure_ = std::current_exception();
    }
    give_up_();
  }
}

void RankThreads::serve(int rank) {
  for (int64_t served = 0;; served++) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ends_ || runs_ > served; });
      if (ends_) return;
    }
    call(rank);
    {
      const std::lock_guard lock(mutex_);
      busy_--;
    }
    changed_.notify_all();
  }
}

void run_ranks(std::span<const std::unique_ptr<Communicator>> communicators,
               const std::function<void(Communicator&)>& body) {
  RankThreads threads(static_cast<int>(communicators.size()), [&] {
    for (const auto& communicator : communicators) communicator->abort();
  });
  threads.run([&](int rank) { body(*communicators[static_cast<size_t>(rank)]); });
}

}  // namespace fovea
