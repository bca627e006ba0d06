// SPDX-License-Identifier: Apache-2.0
// Ranks that are threads of one process: who receives copies from the sender's memory.
#include "comm/host_communicator.h"
#include "comm/peer_link.h"

#include <fovea/core/error.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;

// What one rank holds ready for another.
struct Box {
  enum class State : uint8_t { empty, full, being_taken };
  State state = State::empty;
  std::span<const std::byte> bytes;
  const char* operation = nullptr;
};

struct ThreadJob {
  ThreadJob(int ranks, std::chrono::milliseconds wait)
      : size(ranks),
        patience(wait),
        boxes(static_cast<size_t>(ranks) * static_cast<size_t>(ranks)) {}

  Box& box(int from, int to) { return boxes[static_cast<size_t>(from * size + to)]; }

  const int size;
  const std::chrono::milliseconds patience;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Box> boxes;
  bool aborted = false;
};

class ThreadLink final : public PeerLink {
 public:
  ThreadLink(std::shared_ptr<ThreadJob> job, int rank) : job_(std::move(job)), rank_(rank) {}

  int rank() const override { return rank_; }
  int size() const override { return job_->size; }

  void transfer(std::span<const Send> sends, std::span<const Receive> receives,
                const char* operation) override {
    std::unique_lock lock(job_->mutex);
    try {
      for (const Send& send : sends)
        job_->box(rank_, send.to) = {Box::State::full, send.bytes, operation};
      job_->changed.notify_all();
      for (const Receive& receive : receives) take(lock, receive, operation);
      for (const Send& send : sends)
        wait_for(lock, send.to, operation, [&] { return is_empty(send.to); });
    } catch (...) {
      job_->aborted = true;
      job_->changed.notify_all();
      withdraw(lock, sends);
      throw;
    }
  }

  void abort() noexcept override {
    const std::lock_guard lock(job_->mutex);
    job_->aborted = true;
    job_->changed.notify_all();
  }
  bool is_aborted() const noexcept override {
    const std::lock_guard lock(job_->mutex);
    return job_->aborted;
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  bool is_empty(int to) { return job_->box(rank_, to).state == Box::State::empty; }

  template <class Condition>
  void wait_for(Lock& lock, int peer, const char* operation, const Condition& condition) {
    const auto end = Clock::now() + job_->patience;
    const bool in_time =
        job_->changed.wait_until(lock, end, [&] { return job_->aborted || condition(); });
    if (job_->aborted) fail(operation, kAnotherFailed);
    if (!in_time) fail(operation, no_answer_from(peer, job_->patience));
  }

  void take(Lock& lock, const Receive& receive, const char* operation) {
    Box& box = job_->box(receive.from, rank_);
    wait_for(lock, receive.from, operation, [&] { return box.state == Box::State::full; });
    if (std::string_view(box.operation) != operation || box.bytes.size() != receive.bytes.size()) {
      fail(operation, "of " + std::to_string(receive.bytes.size()) + " bytes, and rank " +
                          std::to_string(receive.from) + " has called " + box.operation + " of " +
                          std::to_string(box.bytes.size()) + " bytes");
    }
    box.state = Box::State::being_taken;
    lock.unlock();
    std::memcpy(receive.bytes.data(), box.bytes.data(), box.bytes.size());
    lock.lock();
    box.state = Box::State::empty;
    job_->changed.notify_all();
  }

  // Somebody may be copying just now.
  void withdraw(Lock& lock, std::span<const Send> sends) {
    for (const Send& send : sends) {
      Box& box = job_->box(rank_, send.to);
      job_->changed.wait(lock, [&] { return box.state != Box::State::being_taken; });
      box.state = Box::State::empty;
    }
  }

  [[noreturn]] void fail(const char* operation, const std::string& what) const {
    throw DeviceError(rank_message(rank_, operation, what));
  }

  std::shared_ptr<ThreadJob> job_;
  int rank_;
};

}  // namespace

std::vector<std::unique_ptr<Communicator>> connect_threads(int ranks,
                                                           std::chrono::milliseconds patience) {
  if (ranks < 1) throw ArgumentError("a job of " + std::to_string(ranks) + " ranks");
  const auto job = std::make_shared<ThreadJob>(ranks, patience);
  std::vector<std::unique_ptr<Communicator>> communicators;
  for (int rank = 0; rank < ranks; rank++) {
    communicators.push_back(
        std::make_unique<HostCommunicator>(std::make_unique<ThreadLink>(job, rank)));
  }
  return communicators;
}

}  // namespace fovea
