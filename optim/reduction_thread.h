// SPDX-License-Identifier: Apache-2.0
// On the CPU, whose streams do not run by themselves: adds buckets over the ranks, one after the
// other, while the thread that makes gradients goes on.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fovea {

class ReductionThread {
 public:
  using Work = std::function<void(int64_t begin, int64_t end)>;

  explicit ReductionThread(Work work);
  // What was given and not begun is dropped; what is in progress is waited for.
  ~ReductionThread();
  ReductionThread(const ReductionThread&) = delete;
  ReductionThread& operator=(const ReductionThread&) = delete;

  // Has work(begin, end) called, behind what was given before.
  void give(int64_t begin, int64_t end);
  // Waits for all that was given. Throws what the first that failed has thrown; those behind it
  // were dropped.
  void join();

 private:
  struct Range {
    int64_t begin, end;
  };
  void serve();

  Work work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Range> given_;  // since the last join()
  size_t done_ = 0;
  bool ends_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace fovea
