// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/group.h"

#include "libraries/nccl/stream_work.h"
#include "libraries/report.h"

#include <algorithm>

namespace cuda_emulation::nccl {

namespace {

// Calls that go into a stream as one operation: a collective by itself, sends and receives of one
// rank and stream together.
std::vector<std::vector<PendingCall>> units_of(const std::vector<PendingCall>& calls) {
  std::vector<std::vector<PendingCall>> units;
  for (const PendingCall& call : calls) {
    const auto joins = [&](const std::vector<PendingCall>& unit) {
      const PendingCall& first = unit.front();
      return is_point_to_point(first.call) && is_point_to_point(call.call) &&
             first.comm == call.comm && first.stream == call.stream;
    };
    const auto found = std::find_if(units.begin(), units.end(), joins);
    if (found == units.end())
      units.push_back({call});
    else
      found->push_back(call);
  }
  return units;
}

}  // namespace

Group& Group::of_this_thread() {
  thread_local Group group;
  return group;
}

ncclResult_t Group::add(const PendingCall& call) {
  calls_.push_back(call);
  return is_open() ? ncclSuccess : issue();
}

ncclResult_t Group::add_join(const Join& join) {
  joins_.push_back(join);
  return is_open() ? ncclSuccess : issue();
}

ncclResult_t Group::remember(ncclResult_t error) {
  if (is_open() && error_ == ncclSuccess) error_ = error;
  return error;
}

ncclResult_t Group::end() {
  if (depth_ == 0) {
    report_library_error("nccl_usage", "ncclGroupEnd without ncclGroupStart", nullptr);
    return ncclInvalidUsage;
  }
  return --depth_ ? ncclSuccess : issue();
}

ncclResult_t Group::issue() {
  const std::vector<Join> joins = std::move(joins_);
  const std::vector<PendingCall> calls = std::move(calls_);
  ncclResult_t result = std::exchange(error_, ncclSuccess);
  joins_.clear();
  calls_.clear();
  if (result != ncclSuccess) return result;
  for (const Join& join : joins) {
    const ncclResult_t joined = join.clique->wait_for_all(join.caller);
    if (joined != ncclSuccess) result = joined;
  }
  if (result != ncclSuccess) return result;
  for (const std::vector<PendingCall>& unit : units_of(calls)) put_into_stream(unit);
  for (const PendingCall& call : calls)
    if (const ncclResult_t error = call.comm->clique->error(); error != ncclSuccess) result = error;
  return result;
}

}  // namespace cuda_emulation::nccl
