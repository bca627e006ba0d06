// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/meeting.h"

#include "libraries/nccl/reduce.h"

#include <algorithm>
#include <cstring>

namespace cuda_emulation::nccl {

namespace {

using Members = std::vector<Meeting::Member>;

// Results are made aside first: receive buffers may be send buffers.
const std::byte* at(const void* data, size_t offset) {
  return static_cast<const std::byte*>(data) + offset;
}

Bytes reduction(const Members& members, size_t first_element) {
  const Call& call = *members.front().call;
  const size_t size = element_size(call.type);
  std::vector<const void*> inputs;
  for (const auto& member : members) inputs.push_back(at(member.call->send, first_element * size));
  Bytes result(call.count * size);
  reduce(inputs, call.count, call.type, call.op, result.data());
  return result;
}

void deliver(const Bytes& bytes, const Meeting::Member& member) {
  if (member.remote) return;
  std::memcpy(member.call->receive, bytes.data(), bytes.size());
}

void deliver_to_all(const Bytes& bytes, const Members& members) {
  for (const auto& member : members) deliver(bytes, member);
}

void reduce_scatter(const Members& members) {
  std::vector<Bytes> parts;
  for (size_t rank = 0; rank < members.size(); rank++)
    parts.push_back(reduction(members, rank * members.front().call->count));
  for (size_t rank = 0; rank < members.size(); rank++) deliver(parts[rank], members[rank]);
}

Bytes sent(const Meeting::Member& member) {
  const size_t bytes = member.call->count * element_size(member.call->type);
  return {at(member.call->send, 0), at(member.call->send, bytes)};
}

void all_gather(const Members& members) {
  Bytes whole;
  for (const auto& member : members) {
    const Bytes part = sent(member);
    whole.insert(whole.end(), part.begin(), part.end());
  }
  deliver_to_all(whole, members);
}

void move_data(const Members& members) {
  const Call& call = *members.front().call;
  const auto root = static_cast<size_t>(call.peer);
  switch (call.kind) {
    case Kind::AllReduce:
      return deliver_to_all(reduction(members, 0), members);
    case Kind::Reduce:
      return deliver(reduction(members, 0), members[root]);
    case Kind::Broadcast:
      return deliver_to_all(sent(members[root]), members);
    case Kind::AllGather:
      return all_gather(members);
    case Kind::ReduceScatter:
      return reduce_scatter(members);
    case Kind::Send:
      return deliver(sent(members[0]), members[1]);
    case Kind::Receive:
      break;  // the send is a meeting's first member
  }
}

}  // namespace

bool Meeting::everyone_called() const {
  return std::all_of(members_.begin(), members_.end(),
                     [](const Member& m) { return m.call.has_value(); });
}

bool Meeting::everyone_arrived() const {
  return std::all_of(members_.begin(), members_.end(), [](const Member& m) { return m.arrived(); });
}

const Call& Meeting::first_call() const {
  return *std::find_if(members_.begin(), members_.end(), [](const Member& m) {
            return m.call.has_value();
          })->call;
}

double Meeting::seconds_waited() {
  const auto now = std::chrono::steady_clock::now();
  if (!waiting_since_) waiting_since_ = now;
  return std::chrono::duration<double>(now - *waiting_since_).count();
}

void Meeting::perform() {
  std::call_once(performed_, [this] { move_data(members_); });
}

}  // namespace cuda_emulation::nccl
