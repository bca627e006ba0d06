// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/clique.h"

#include "libraries/report.h"
#include "runtime/device.h"

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
    : devices_(static_cast<size_t>(ranks)), timeout_seconds_(timeout_from_environment()) {}

Clique::Clique(int ranks, Descriptor listener) : Clique(ranks) {
  settled_ = false;
  bridge_ = std::make_shared<Bridge>(*this, std::move(listener));
  bridge_->start();
}

Clique::Clique(int ranks, Descriptor maker, const std::string& own_name) : Clique(ranks) {
  settled_ = false;
  bridge_ = std::make_shared<Bridge>(*this, std::move(maker), own_name);
  bridge_->start();
}

Clique::~Clique() {
  if (bridge_) bridge_->close();
}

// Of a rank that wants to join.
std::string Clique::wrong_with(int rank, const std::string& device, const std::string& name) const {
  if (!devices_[static_cast<size_t>(rank)].empty())
    return "rank " + std::to_string(rank) + " exists already";
  const auto same = std::find(devices_.begin(), devices_.end(), device);
  if (same == devices_.end()) return {};
  return "two ranks on " + name + ": " + std::to_string(same - devices_.begin()) + " and " +
         std::to_string(rank);
}

ncclResult_t Clique::join(int rank, int device, const void* caller) {
  const std::string uuid = device_uuid(device);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (const std::string wrong = wrong_with(rank, uuid, "device " + std::to_string(device));
      !wrong.empty()) {
    report_library_error("nccl_usage", "NCCL communicator: " + wrong, caller);
    return ncclInvalidUsage;
  }
  devices_[static_cast<size_t>(rank)] = uuid;
  if (bridge_) bridge_->joined(rank, uuid);
  joined_changed_.notify_all();
  return ncclSuccess;
}

bool Clique::is_complete() const {
  return settled_ && std::find(devices_.begin(), devices_.end(), "") == devices_.end();
}

ncclResult_t Clique::wait_for_all(const void* caller) {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto complete = [&] { return error_ != ncclSuccess || is_complete(); };
  if (joined_changed_.wait_for(lock, std::chrono::duration<double>(timeout_seconds_), complete))
    return error_;
  std::vector<int> missing;
  for (size_t rank = 0; rank < devices_.size(); rank++)
    if (devices_[rank].empty()) missing.push_back(static_cast<int>(rank));
  fail_locked(ncclSystemError, "nccl_stall",
              "ncclCommInitRank waits for " +
                  (missing.empty() ? "the others' processes" : ranks_text(missing)) +
                  ", not there after " + seconds_text(timeout_seconds_),
              caller);
  return error_;
}

void Clique::leave(int rank) {
  const std::lock_guard<std::mutex> lock(mutex_);
  left_.insert(rank);
  if (bridge_) bridge_->left(rank);
}

// A call that differs from one made before it would hang or corrupt memory on a GPU.
Clique::Seat Clique::take(const MeetingPtr& meeting, size_t member, uint64_t number,
                          const Call& call) {
  for (const Meeting::Member& other : meeting->members())
    if (other.call && !match(*other.call, call))
      fail_locked(ncclInvalidUsage, "nccl_mismatch",
                  "NCCL calls do not match: rank " + std::to_string(other.call->rank) + " made " +
                      describe(*other.call) + ", rank " + std::to_string(call.rank) + " " +
                      describe(call),
                  call.caller, other.call->caller);
  meeting->member(member).call = call;
  return {meeting, member, number};
}

MeetingPtr Clique::collective(uint64_t number) {
  MeetingPtr& meeting = collectives_[number];
  if (!meeting) meeting = std::make_shared<Meeting>(devices_.size());
  return meeting;
}

Clique::Seat Clique::seat_collective(uint64_t number, const Call& call) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Seat seat = take(collective(number), static_cast<size_t>(call.rank), number, call);
  forget_complete();
  return seat;
}

Clique::Way& Clique::way_of(const Call& call) {
  const bool sends = call.kind == Kind::Send;
  return transfers_[sends ? std::pair(call.rank, call.peer) : std::pair(call.peer, call.rank)];
}

MeetingPtr Clique::transfer(Way& way, uint64_t number) {
  MeetingPtr& meeting = way.open[number];
  if (!meeting) meeting = std::make_shared<Meeting>(2);
  return meeting;
}

Clique::Seat Clique::seat_point_to_point(const Call& call) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Way& way = way_of(call);
  const size_t member = call.kind == Kind::Send ? 0 : 1;
  const uint64_t number = way.called[member]++;
  const Seat seat = take(transfer(way, number), member, number, call);
  forget_complete();
  return seat;
}

void Clique::forget_complete() {
  const auto complete = [](const auto& entry) { return entry.second->everyone_called(); };
  std::erase_if(collectives_, complete);
  for (auto& [ranks, way] : transfers_) std::erase_if(way.open, complete);
}

void Clique::set_arrival(const Seat& seat, const Point& point) {
  const std::lock_guard<std::mutex> lock(mutex_);
  seat.meeting->member(seat.member).arrival = point;
}

void Clique::arrive(const Seat& seat) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Meeting::Member& member = seat.meeting->member(seat.member);
  member.came = true;
  if (bridge_ && error_ == ncclSuccess) bridge_->came(*member.call, seat.number);
}

void Clique::arrive_remote(uint64_t number, const Call& call, Bytes data) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool sends = call.kind == Kind::Send;
  const size_t index = !is_point_to_point(call) ? static_cast<size_t>(call.rank) : sends ? 0 : 1;
  const MeetingPtr meeting =
      is_point_to_point(call) ? transfer(way_of(call), number) : collective(number);
  Meeting::Member& member = meeting->member(index);
  member.data = std::move(data);
  member.remote = member.came = true;
  Call there = call;
  there.send = member.data.data();
  (void)take(meeting, index, number, there);
  forget_complete();
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
  if (meeting.everyone_called()) return false;
  const Call& call = meeting.first_call();
  std::vector<int> missing;
  for (size_t i = 0; i < meeting.members().size(); i++)
    if (!meeting.members()[i].call)
      missing.push_back(is_point_to_point(call) ? call.peer : static_cast<int>(i));
  const bool gone =
      std::any_of(missing.begin(), missing.end(), [&](int rank) { return left_.count(rank) > 0; });
  if (meeting.seconds_waited() < timeout_seconds_ && !gone) return false;
  fail_locked(ncclRemoteError, "nccl_stall",
              describe(call) + " of rank " + std::to_string(call.rank) + " waits for " +
                  ranks_text(missing) +
                  (gone ? ", which made no such call before it left"
                        : ", which made no such call within " + seconds_text(timeout_seconds_)),
              call.caller);
  return true;
}

void Clique::check_stalls() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (error_ != ncclSuccess) return;
  for (const auto& [number, meeting] : collectives_)
    if (check_stall(*meeting)) return;
  for (const auto& [ranks, way] : transfers_)
    for (const auto& [number, meeting] : way.open)
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
  set_error(result, message);
  if (bridge_) bridge_->failed(result, message);
  report_library_error(kind, message, caller, other_caller);
}

void Clique::set_error(ncclResult_t result, const std::string& message) {
  error_ = result;
  message_ = message;
  joined_changed_.notify_all();
}

void Clique::abort(int rank) {
  const std::lock_guard<std::mutex> lock(mutex_);
  left_.insert(rank);
  if (error_ != ncclSuccess) return;
  set_error(ncclRemoteError, "rank " + std::to_string(rank) + " was aborted");
  if (bridge_) bridge_->failed(error_, message_);
}

void Clique::join_remote(int rank, int ranks, const std::string& device) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (error_ != ncclSuccess) return;
  std::string wrong;
  if (ranks != this->ranks())
    wrong = "the ranks do not agree on their number: " + std::to_string(this->ranks()) + " and " +
            std::to_string(ranks);
  else
    wrong = wrong_with(rank, device, "one GPU, " + device);
  if (!wrong.empty())
    return fail_locked(ncclInvalidUsage, "nccl_usage", "NCCL communicator: " + wrong, nullptr);
  devices_[static_cast<size_t>(rank)] = device;
  joined_changed_.notify_all();
}

bool Clique::everyone_joined() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::find(devices_.begin(), devices_.end(), "") == devices_.end();
}

std::vector<std::string> Clique::devices() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return devices_;
}

void Clique::settle() {
  const std::lock_guard<std::mutex> lock(mutex_);
  settled_ = true;
  joined_changed_.notify_all();
}

void Clique::leave_remote(int rank) {
  const std::lock_guard<std::mutex> lock(mutex_);
  left_.insert(rank);
}

void Clique::lose(const std::vector<int>& ranks, int64_t process) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool all_left =
      std::all_of(ranks.begin(), ranks.end(), [&](int rank) { return left_.count(rank) > 0; });
  if (all_left && !ranks.empty()) return;
  const std::string whose = ranks.empty() ? "that made the unique id" : "of " + ranks_text(ranks);
  fail_locked(ncclRemoteError, "nccl_remote",
              "the process " + whose + " (" + std::to_string(process) + ") has ended", nullptr);
}

void Clique::fail_remote(ncclResult_t result, const std::string& message) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (error_ == ncclSuccess) set_error(result, message);
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
