// SPDX-License-Identifier: Apache-2.0
// Ranks as threads of one process.
#pragma once

#include <fovea/core/comm/communicator.h>

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace FOVEA_API fovea {

// Threads that serve again and again.
class RankThreads {
 public:
  // Rank 0 is the thread that calls run(); the others get threads of their own. `give_up` is called
  // once when a rank fails, and must bring the others' calls to an end.
  RankThreads(int ranks, std::function<void()> give_up);
  ~RankThreads();
  RankThreads(const RankThreads&) = delete;
  RankThreads& operator=(const RankThreads&) = delete;

  // Calls body(rank) on every rank's thread and returns when all are done. Throws what the first
  // rank that failed has thrown; then no further run() is possible.
  void run(const std::function<void(int)>& body);

 private:
  void serve(int rank);
  void call(int rank) noexcept;

  std::function<void()> give_up_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void(int)>* body_ = nullptr;  // of the run in progress
  int64_t runs_ = 0;
  int busy_ = 0;  // ranks with a thread of their own that are still in it
  bool ends_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

// Calls body(communicator) for all, each on a thread of its own, and returns when all are done.
// Where one throws, all are aborted; throws what the first that failed has thrown.
void run_ranks(std::span<const std::unique_ptr<Communicator>> communicators,
               const std::function<void(Communicator&)>& body);

}  // namespace fovea
