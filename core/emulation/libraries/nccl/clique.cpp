// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/clique.h"

#include "libraries/report.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <sstream>

namespace cuda_emulation::nccl {

namespace {

double timeout_from_environment() {
  const char* seconds = std::getenv("CUDA_EMULATION_NCCL_TIMEOUT");
  return seconds ? std::atof(seconds) : 60.0;
}

std::string seconds_text(double seconds) {
  std::ostringstream text;
  text << seconds << " s";
  return text.str();
}

// "rank 1" or "ranks 1, 3"
std::string ranks_text(const std::vector<int>& ranks) {
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (size_t i = 0; i < ranks.size(); i++) text += (i ? ", " : "") + std::to_string(ranks[i]);
  return text;
}

}  // namespace

Clique::Clique(int ranks)
    : devices_(static_cast<size_t>(ranks), -1), timeout_seconds_(timeout_from_environment()) {}

ncclResult_t Clique::join(int rank, int device, const void* caller) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto index = static_cast<size_t>(rank);
  std::string wrong;
  if (devices_[index] >= 0)
    wrong = "rank " + std::to_string(rank) + " exists already";
  else if (std::find(devices_.begin(), devices_.end(), device) != devices_.end())
    wrong = "two ranks on device " + std::to_string(device);
  if (!wrong.empty()) {
    report_library_error("nccl_usage", "NCCL communicator: " + wrong, caller);
    return ncclInvalidUsage;
  }
  devices_[index] = device;
  joined_changed_.notify_all();
  return ncclSuccess;
}

ncclResult_t Clique::wait_for_all(const void* caller) {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto complete = [&] {
    return error_ != ncclSuccess ||
           std::find(devices_.begin(), devices_.end(), -1) == devices_.end();
  };
  if (joined_changed_.wait_for(lock, std::chrono::duration<double>(timeout_seconds_), complete))
    return error_;
  std::vector<int> missing;
  for (size_t rank = 0; rank < devices_.size(); rank++)
    if (devices_[rank] < 0) missing.push_back(static_cast<int>(rank));
  fail_locked(ncclSystemError, "nccl_stall",
              "ncclCommInitRank waits for " + ranks_text(missing) + ", not there after " +
                  seconds_text(timeout_seconds_),
              caller);
  return error_;
}

// A call that differs from one made before it would hang or corrupt memory on a GPU.
Clique::Seat Clique::take(const MeetingPtr& meeting, size_t member, const Call& call) {
  for (const Meeting::Member& other : meeting->members())
    if (other.call && !match(*other.call, call))
      fail_locked(ncclInvalidUsage, "nccl_mismatch",
                  "NCCL calls do not match: rank " + std::to_string(other.call->rank) + " made " +
                      describe(*other.call) + ", rank " + std::to_string(call.rank) + " " +
                      describe(call),
                  call.caller, other.call->caller);
  meeting->member(member).call = call;
  return {meeting, member};
}

Clique::Seat Clique::seat_collective(uint64_t number, const Call& call) {
  const std::lock_guard<std::mutex> lock(mutex_);
  MeetingPtr& meeting = collectives_[number];
  if (!meeting) meeting = std::make_shared<Meeting>(devices_.size());
  const Seat seat = take(meeting, static_cast<size_t>(call.rank), call);
  forget_complete();
  return seat;
}

Clique::Seat Clique::seat_point_to_point(const Call& call) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool sends = call.kind == Kind::Send;
  const std::pair<int, int> way =
      sends ? std::pair(call.rank, call.peer) : std::pair(call.peer, call.rank);
  std::vector<MeetingPtr>& open = transfers_[way];
  const size_t member = sends ? 0 : 1;
  for (const MeetingPtr& meeting : open)
    if (!meeting->members()[member].call) {
      const Seat seat = take(meeting, member, call);
      forget_complete();
      return seat;
    }
  open.push_back(std::make_shared<Meeting>(2));
  return take(open.back(), member, call);
}

void Clique::forget_complete() {
  std::erase_if(collectives_, [](const auto& entry) { return entry.second->everyone_called(); });
  for (auto& [way, meetings] : transfers_)
    std::erase_if(meetings, [](const MeetingPtr& meeting) { return meeting->everyone_called(); });
}

void Clique::set_arrival(const Seat& seat, const Point& point) {
  const std::lock_guard<std::mutex> lock(mutex_);
  seat.meeting->member(seat.member).arrival = point;
}

void Clique::arrive(const Seat& seat) {
  const std::lock_guard<std::mutex> lock(mutex_);
  seat.meeting->member(seat.member).came = true;
}

bool Clique::open(const Seat& seat) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return error_ != ncclSuccess || seat.meeting->everyone_arrived();
}

std::vector<Point> Clique::pending_arrivals(const Seat& seat) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Point> points;
  for (const Meeting::Member& member : seat.meeting->members())
    if (!member.came && member.arrival.stream) points.push_back(member.arrival);
  return points;
}

bool Clique::check_stall(Meeting& meeting) {
  if (meeting.everyone_called() || meeting.seconds_waited() < timeout_seconds_) return false;
  const Call& call = meeting.first_call();
  std::vector<int> missing;
  for (size_t i = 0; i < meeting.members().size(); i++)
    if (!meeting.members()[i].call)
      missing.push_back(is_point_to_point(call) ? call.peer : static_cast<int>(i));
  fail_locked(ncclRemoteError, "nccl_stall",
              describe(call) + " of rank " + std::to_string(call.rank) + " waits for " +
                  ranks_text(missing) + ", which made no such call within " +
                  seconds_text(timeout_seconds_),
              call.caller);
  return true;
}

void Clique::check_stalls() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (error_ != ncclSuccess) return;
  for (const auto& [number, meeting] : collectives_)
    if (check_stall(*meeting)) return;
  for (const auto& [way, meetings] : transfers_)
    for (const MeetingPtr& meeting : meetings)
      if (check_stall(*meeting)) return;
}

void Clique::fail(ncclResult_t result, const char* kind, const std::string& message,
                  const void* caller) {
  const std::lock_guard<std::mutex> lock(mutex_);
  fail_locked(result, kind, message, caller);
}

void Clique::fail_locked(ncclResult_t result, const char* kind, const std::string& message,
                         const void* caller, const void* other_caller) {
  if (error_ != ncclSuccess) return;
  error_ = result;
  message_ = message;
  joined_changed_.notify_all();
  report_library_error(kind, message, caller, other_caller);
}

void Clique::abort(int rank) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (error_ != ncclSuccess) return;
  error_ = ncclRemoteError;
  message_ = "rank " + std::to_string(rank) + " was aborted";
  joined_changed_.notify_all();
}

ncclResult_t Clique::error() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return error_;
}

std::string Clique::message() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return message_;
}

}  // namespace cuda_emulation::nccl
