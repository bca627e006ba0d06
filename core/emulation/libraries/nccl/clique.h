// SPDX-License-Identifier: Apache-2.0
// What the ranks of one communicator share.
#pragma once
#include "libraries/nccl/meeting.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace cuda_emulation::nccl {

class Clique {
 public:
  explicit Clique(int ranks);

  int ranks() const { return static_cast<int>(devices_.size()); }

  // Takes a rank's place; an error if it is taken, or the device has a rank already.
  ncclResult_t join(int rank, int device, const void* caller);
  // Returns when all ranks have joined, or with ncclSystemError when the time is over.
  ncclResult_t wait_for_all(const void* caller);

  // The meeting at which a call takes part, and as which member; a call that does not match is a
  // failure.
  struct Seat {
    MeetingPtr meeting;
    size_t member;
  };
  Seat seat_collective(uint64_t number, const Call& call);  // number: counts the rank's collectives
  Seat seat_point_to_point(const Call& call);

  // A member has arrived when both were called: its stream may come so far before it is known at
  // which point.
  void set_arrival(const Seat& seat, const Point& point);
  void arrive(const Seat& seat);
  // Whether the meeting may be performed, or never will be.
  bool open(const Seat& seat);
  // The arrivals that a meeting still waits for, of ranks that made the call.
  std::vector<Point> pending_arrivals(const Seat& seat);
  // Fails if a meeting has waited too long for a call; counts from the first time that this is
  // asked.
  void check_stalls();

  // The first failure stays, opens all meetings and is what calls return from then on.
  void fail(ncclResult_t result, const char* kind, const std::string& message, const void* caller);
  void abort(int rank);
  ncclResult_t error() const;
  std::string message() const;

 private:
  void fail_locked(ncclResult_t result, const char* kind, const std::string& message,
                   const void* caller, const void* other_caller = nullptr);
  Seat take(const MeetingPtr& meeting, size_t member, const Call& call);
  void forget_complete();
  bool check_stall(Meeting& meeting);

  mutable std::mutex mutex_;
  std::condition_variable joined_changed_;
  std::vector<int> devices_;  // -1: that rank has not joined
  double timeout_seconds_;
  std::map<uint64_t, MeetingPtr> collectives_;  // that somebody has still to call
  std::map<std::pair<int, int>, std::vector<MeetingPtr>> transfers_;  // (from, to), likewise
  ncclResult_t error_ = ncclSuccess;
  std::string message_;
};
using CliquePtr = std::shared_ptr<Clique>;

}  // namespace cuda_emulation::nccl
