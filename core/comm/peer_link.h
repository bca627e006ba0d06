// SPDX-License-Identifier: Apache-2.0
// How a rank on the host passes bytes to others: what collectives are made of.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

namespace fovea {

class PeerLink {
 public:
  struct Send {
    int to;
    std::span<const std::byte> bytes;
  };
  struct Receive {
    int from;
    std::span<std::byte> bytes;
  };

  virtual ~PeerLink() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  // Returns when all are done; they go on side by side, and so no order among ranks deadlocks. At
  // most one of either kind for each peer, which makes the matching call for the same `operation`.
  // Throws DeviceError when a peer does nothing for the link's patience, or has given up; nothing
  // touches the bytes any more then.
  virtual void transfer(std::span<const Send> sends, std::span<const Receive> receives,
                        const char* operation) = 0;

  // From any thread: ends what is in progress, here and on all ranks of the process.
  virtual void abort() noexcept = 0;
  virtual bool is_aborted() const noexcept = 0;
};

// "30 s", "200 ms".
std::string seconds_text(std::chrono::milliseconds time);
// "rank 0, all-reduce: " and what went wrong.
std::string rank_message(int rank, const char* operation, const std::string& what);
// "rank 1 has not answered for 30 s; ...", for rank_message().
std::string no_answer_from(int peer, std::chrono::milliseconds patience);
inline constexpr const char* kAnotherFailed = "another rank has failed";

}  // namespace fovea
