// SPDX-License-Identifier: Apache-2.0
#include "check/stream_order.h"

#include <algorithm>

namespace cuda_emulation {
namespace {

constexpr size_t max_keyed = 4096;

// Of the operation that this host thread executes.
struct Running {
  Point point;
  StreamClock clock;
};
thread_local std::vector<Running> running;  // operations may be executed within others

void join(StreamClock& clock, const StreamClock& other) {
  for (const auto& [stream, position] : other) clock[stream] = std::max(clock[stream], position);
}

bool covers(const StreamClock& clock, uint64_t stream, uint64_t position) {
  const auto found = clock.find(stream);
  return found != clock.end() && found->second >= position;
}

}  // namespace

void StreamOrder::submitted(const Point& operation) {
  const std::lock_guard<std::mutex> lock(mutex_);
  submitted_[{operation.stream->number, operation.position}] = host_;
}

// Clocks of operations that the host waited for long ago are forgotten: the host's own says as
// much.
StreamClock StreamOrder::clock_at(const Point& point) const {
  const auto found = done_.find({point.stream->number, point.position});
  StreamClock clock = found != done_.end() ? found->second : StreamClock();
  clock[point.stream->number] = std::max(clock[point.stream->number], point.position);
  return clock;
}

void StreamOrder::starts(const Point& operation, const std::vector<Point>& after) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const uint64_t stream = operation.stream->number;
  Running now{operation, {}};
  const auto known = submitted_.find({stream, operation.position});
  if (known != submitted_.end()) {
    now.clock = *known->second;
    submitted_.erase(known);
  }
  if (operation.position > 1) join(now.clock, clock_at({operation.stream, operation.position - 1}));
  for (const Point& point : after) join(now.clock, clock_at(point));
  now.clock[stream] = operation.position;
  running.push_back(std::move(now));
}

void StreamOrder::also_after(const std::vector<Point>& points) {
  if (running.empty()) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const Point& point : points) {
    if (point.stream && point.position) join(running.back().clock, clock_at(point));
  }
}

void StreamOrder::ends(const Point& operation) {
  const std::lock_guard<std::mutex> lock(mutex_);
  done_[{operation.stream->number, operation.position}] = std::move(running.back().clock);
  running.pop_back();
}

void StreamOrder::host_waited(const Point& point) {
  if (!point.stream || !point.position) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (covers(*host_, point.stream->number, point.position)) return;
  auto clock = std::make_shared<StreamClock>(*host_);
  join(*clock, clock_at(point));
  host_ = clock;
  // What the host waited for comes before all that it submits from now on, so nobody will ask,
  // unless something was submitted before and is pending.
  if (!submitted_.empty()) return;
  std::erase_if(done_, [&](const auto& entry) {
    const auto [stream, position] = entry.first;
    return covers(*clock, stream,
                  position + 1);  // the last one stays: the next operation's predecessor
  });
  std::erase_if(keyed_, [&](const KeyedOperation& operation) {
    return covers(*clock, operation.stream, operation.position);
  });
}

void StreamOrder::name_keys(uint32_t first_key, uint32_t keys, const OperationName& name) {
  if (running.empty()) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  const Point& point = running.back().point;
  keyed_.push_back({first_key, keys, point.stream->number, point.position, name});
  if (keyed_.size() > max_keyed) keyed_.pop_front();
}

std::vector<KeyedOperation> StreamOrder::unordered() const {
  std::vector<KeyedOperation> result;
  if (running.empty()) return result;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const KeyedOperation& operation : keyed_) {
    if (!covers(running.back().clock, operation.stream, operation.position))
      result.push_back(operation);
  }
  return result;
}

std::unique_ptr<KeyedOperation> StreamOrder::find(uint32_t key) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const KeyedOperation& operation : keyed_) {
    if (key - operation.first_key < operation.keys)
      return std::make_unique<KeyedOperation>(operation);
  }
  return nullptr;
}

}  // namespace cuda_emulation
