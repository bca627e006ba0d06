// SPDX-License-Identifier: Apache-2.0
// Ranks that are processes: bytes go by MPI's non-blocking operations, which are asked again and
// again whether they are done, so that a peer that is gone is an error and not a wait for ever.
#include "comm/host_communicator.h"
#include "comm/mpi/mpi_session.h"
#include "comm/nccl_rank.h"
#include "comm/peer_link.h"

#include <fovea/core/comm/launch.h>
#include <fovea/core/error.h>

#include <atomic>
#include <exception>
#include <string>
#include <thread>
#include <utility>

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;

// Between two questions: short while an answer is likely soon, then little of a processor.
class Pause {
 public:
  void operator()() {
    constexpr int kYields = 200;
    constexpr auto kSleep = std::chrono::microseconds(50);
    if (times_++ < kYields) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(kSleep);
    }
  }

 private:
  int times_ = 0;
};

class MpiLink final : public PeerLink {
 public:
  MpiLink(std::shared_ptr<MpiSession> session, std::chrono::milliseconds patience)
      : session_(std::move(session)),
        tag_(session_->next_tag()),
        patience_(patience),
        transfer_(session_->mpi().make_transfer()) {}
  ~MpiLink() override {
    session_->mpi().free_transfer(transfer_);
    if (std::uncaught_exceptions() > 0) session_->mark_failed();
  }

  int rank() const override { return session_->rank(); }
  int size() const override { return session_->size(); }

  void transfer(std::span<const Send> sends, std::span<const Receive> receives,
                const char* operation) override {
    const FoveaMpi& mpi = session_->mpi();
    if (aborted_) fail(operation, kAnotherFailed);
    for (const auto& [from, bytes] : receives) {
      check(mpi.post_receive(transfer_, bytes.data(), bytes.size(), from, tag_), from, operation);
    }
    for (const auto& [to, bytes] : sends)
      check(mpi.post_send(transfer_, bytes.data(), bytes.size(), to, tag_), to, operation);
    finish(operation);
  }

  void abort() noexcept override {
    aborted_ = true;
    session_->mark_failed();
  }
  bool is_aborted() const noexcept override { return aborted_; }

 private:
  void finish(const char* operation) {
    const auto end = Clock::now() + patience_;
    int all_done = 0, peer = 0;
    for (Pause pause;; pause()) {
      check(session_->mpi().test(transfer_, &all_done, &peer), peer, operation);
      if (all_done) return;
      if (aborted_) fail(operation, kAnotherFailed);
      if (Clock::now() > end) fail(operation, no_answer_from(peer, patience_));
    }
  }

  void check(const char* error, int peer, const char* operation) {
    if (!error) return;
    fail(operation, "rank " + std::to_string(peer) + " cannot be reached: MPI: " + error);
  }

  // What was posted stays so: nothing touches it without further calls of MPI, and there are none.
  [[noreturn]] void fail(const char* operation, const std::string& what) {
    abort();
    throw DeviceError(rank_message(rank(), operation, what));
  }

  std::shared_ptr<MpiSession> session_;
  int tag_;
  std::chrono::milliseconds patience_;
  void* transfer_;
  std::atomic<bool> aborted_{false};
};

}  // namespace

std::unique_ptr<Communicator> connect_processes(Device device, std::chrono::milliseconds patience) {
  auto host =
      std::make_unique<HostCommunicator>(std::make_unique<MpiLink>(MpiSession::get(), patience));
  if (device.is_cpu()) return host;
  return connect_nccl_rank(device, *host, patience);
}

}  // namespace fovea
