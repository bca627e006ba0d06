// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "libraries/nccl/call.h"
#include "libraries/nccl/channel.h"
#include "runtime/stream.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace cuda_emulation::nccl {

// Calls that belong together: all ranks' calls of one collective, or one send and its receive. It
// is performed once, when every member has arrived: made its call, and finished the work that its
// stream held before. All but perform() is guarded by the clique's lock.
class Meeting {
 public:
  struct Member {
    std::optional<Call> call;
    Point arrival;      // the operation of its stream that says so
    bool came = false;  // that operation was executed
    // Of a rank in another process: what it sends is here, and it receives nothing here.
    bool remote = false;
    Bytes data = {};
    bool arrived() const { return came && (remote || arrival.stream); }
  };

  explicit Meeting(size_t members) : members_(members) {}

  Member& member(size_t index) { return members_[index]; }
  const std::vector<Member>& members() const { return members_; }

  bool everyone_called() const;
  bool everyone_arrived() const;
  const Call& first_call() const;

  // The time since this was first asked.
  double seconds_waited();

  // Moves the data, the first time that it is called.
  void perform();

 private:
  std::vector<Member> members_;
  std::optional<std::chrono::steady_clock::time_point> waiting_since_;
  std::once_flag performed_;
};
using MeetingPtr = std::shared_ptr<Meeting>;

}  // namespace cuda_emulation::nccl
