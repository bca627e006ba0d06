// SPDX-License-Identifier: Apache-2.0
// What the ranks of one communicator share.
#pragma once
#include "libraries/nccl/bridge.h"
#include "libraries/nccl/meeting.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cuda_emulation::nccl {

// Of all ranks, those of other processes too: there a clique of the same calls performs the same
// meetings.
class Clique {
 public:
  explicit Clique(int ranks);  // all of this process
  ~Clique();
  // In the process that made the unique id, whose ranks others may join by the listener.
  Clique(int ranks, Descriptor listener);
  // In another one: connected to the maker; `own_name` is free to listen at.
  Clique(int ranks, Descriptor maker, const std::string& own_name);

  int ranks() const { return static_cast<int>(devices_.size()); }

  // Takes a rank's place; an error if it is taken, or the device has a rank already.
  ncclResult_t join(int rank, int device, const void* caller);
  // Returns when all ranks have joined, or with ncclSystemError when the time is over.
  ncclResult_t wait_for_all(const void* caller);
  // The rank makes no further calls.
  void leave(int rank);

  // The meeting at which a call takes part, and as which member; a call that does not match is a
  // failure.
  struct Seat {
    MeetingPtr meeting;
    size_t member;
    uint64_t number;  // of the rank's collectives, or of its transfers that way
  };
  Seat seat_collective(uint64_t number, const Call& call);
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

  // What the bridge tells of ranks in other processes.
  void join_remote(int rank, int ranks, const std::string& device);
  bool everyone_joined() const;
  std::vector<std::string> devices() const;  // of the ranks, as below
  void settle();                             // all processes are connected
  void arrive_remote(uint64_t number, const Call& call, Bytes data);
  void leave_remote(int rank);
  void lose(const std::vector<int>& ranks, int64_t process);  // a process that has ended
  void fail_remote(ncclResult_t result, const std::string& message);

 private:
  // The meetings of sends from one rank to another, and of their receives.
  struct Way {
    std::map<uint64_t, MeetingPtr> open;  // that one side has still to call
    uint64_t called[2] = {0, 0};          // sends and receives, of this process
  };

  std::string wrong_with(int rank, const std::string& device, const std::string& name) const;
  bool is_complete() const;
  void fail_locked(ncclResult_t result, const char* kind, const std::string& message,
                   const void* caller, const void* other_caller = nullptr);
  void set_error(ncclResult_t result, const std::string& message);
  MeetingPtr collective(uint64_t number);
  Way& way_of(const Call& call);
  MeetingPtr transfer(Way& way, uint64_t number);
  Seat take(const MeetingPtr& meeting, size_t member, uint64_t number, const Call& call);
  void forget_complete();
  bool check_stall(Meeting& meeting);

  mutable std::mutex mutex_;
  std::condition_variable joined_changed_;
  std::vector<std::string> devices_;  // by their uuid; empty: that rank has not joined
  std::set<int> left_;
  double timeout_seconds_;
  bool settled_ = true;
  std::map<uint64_t, MeetingPtr> collectives_;    // that somebody has still to call
  std::map<std::pair<int, int>, Way> transfers_;  // by (from, to)
  ncclResult_t error_ = ncclSuccess;
  std::string message_;
  std::shared_ptr<Bridge> bridge_;  // null: all ranks are of this process
};
using CliquePtr = std::shared_ptr<Clique>;

}  // namespace cuda_emulation::nccl
