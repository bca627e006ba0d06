// SPDX-License-Identifier: Apache-2.0
#include "runtime/stream.h"

#include "cuda_emulation/configuration.h"
#include "execution/checker.h"
#include "runtime/capture.h"
#include "runtime/device.h"
#include "runtime/stream_scheduler.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

namespace cuda_emulation {

StreamScheduler& StreamScheduler::instance() {
  static StreamScheduler& scheduler = *new StreamScheduler;
  return scheduler;
}

StreamPtr StreamScheduler::create(int device, bool blocking, int priority, unsigned flags) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto stream = std::make_shared<Stream>(device, blocking, priority, next_number_++);
  stream->flags = flags;
  streams_.push_back(stream);
  return stream;
}

StreamPtr StreamScheduler::default_stream(int device) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (defaults_[device]) return defaults_[device];
  }
  StreamPtr stream = create(device, true, 0, 0);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!defaults_[device]) defaults_[device] = stream;
  return defaults_[device];
}

void StreamScheduler::destroy(const StreamPtr& stream) {
  const std::lock_guard<std::mutex> lock(mutex_);
  stream->destroyed = true;
  forget_finished();
}

void StreamScheduler::forget_finished() {
  std::erase_if(streams_, [](const StreamPtr& stream) {
    return stream->destroyed && stream->queue.empty() && !stream->busy;
  });
}

unsigned StreamScheduler::flags(const Stream& stream) { return stream.flags; }

Point StreamScheduler::tail(const StreamPtr& stream) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {stream, stream->submitted};
}

bool StreamScheduler::is_done(const Point& point) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return done(point);
}

bool StreamScheduler::done(const Point& point) const {
  return !point.stream || point.stream->done >= point.position;
}

// The legacy default stream waits for all blocking streams of its device, and they for it.
void StreamScheduler::add_default_order(const StreamPtr& stream, Operation& operation) {
  if (!stream->blocking) return;
  const StreamPtr& legacy = defaults_[stream->device];
  if (stream == legacy) {
    for (const StreamPtr& other : streams_) {
      if (other == stream || !other->blocking || other->device != stream->device) continue;
      if (other->submitted) operation.after.push_back({other, other->submitted});
    }
  } else if (legacy && legacy->submitted) {
    operation.after.push_back({legacy, legacy->submitted});
  }
}

uint64_t StreamScheduler::submit(const StreamPtr& stream, Operation operation) {
  if (record_in_capture(stream, operation)) return 0;
  std::unique_lock<std::mutex> lock(mutex_);
  add_default_order(stream, operation);
  stream->queue.push_back(std::move(operation));
  const uint64_t position = ++stream->submitted;
  if (Checker* check = checker()) check->submitted({stream, position});
  if (configuration().streams == Streams::eager) execute_ready(lock);
  return position;
}

bool StreamScheduler::ready(Stream& stream) const {
  if (stream.busy || stream.queue.empty()) return false;
  const Operation& next = stream.queue.front();
  return std::all_of(next.after.begin(), next.after.end(),
                     [&](const Point& point) { return done(point); }) &&
         (!next.gate || next.gate());
}

// Executes what can start, in any stream, until nothing can. Higher priorities (smaller numbers)
// first.
void StreamScheduler::execute_ready(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    StreamPtr best;
    for (const StreamPtr& stream : streams_) {
      if (ready(*stream) && (!best || stream->priority < best->priority)) best = stream;
    }
    if (!best) return;
    best->busy = true;
    best->executor = std::this_thread::get_id();
    execute_front(best, lock);
  }
}

// The stream is marked busy by the caller.
void StreamScheduler::execute_front(const StreamPtr& stream, std::unique_lock<std::mutex>& lock) {
  Operation operation = std::move(stream->queue.front());
  const Point point{stream, stream->done + 1};
  lock.unlock();
  if (Checker* check = checker()) check->starts(point, operation.after);
  if (operation.run) operation.run();
  if (Checker* check = checker()) check->ends(point);
  operation = Operation();  // its captures end before others may see the stream idle
  lock.lock();
  stream->queue.pop_front();
  ++stream->done;
  stream->busy = false;
  if (stream->destroyed) forget_finished();
  progress_.notify_all();
}

void StreamScheduler::drain(const StreamPtr& stream, uint64_t position) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (stream->done < position) {
    if (stream->busy) {
      if (stream->executor == std::this_thread::get_id())
        return;  // a host function that waits for itself
      progress_.wait(lock);
      continue;
    }
    if (stream->queue.empty()) return;
    stream->busy = true;
    stream->executor = std::this_thread::get_id();
    bring_about(*stream, lock);
    execute_front(stream, lock);
  }
}

// Returns when the stream's next operation can start. Other threads may be the ones to open its
// gate.
void StreamScheduler::bring_about(Stream& stream, std::unique_lock<std::mutex>& lock) {
  const std::vector<Point> after = stream.queue.front().after;
  const auto demand = stream.queue.front().demand;
  lock.unlock();
  for (const Point& point : after) drain(point.stream, point.position);
  if (demand) demand();
  lock.lock();
  while (stream.queue.front().gate && !stream.queue.front().gate()) {
    progress_.wait_for(lock, std::chrono::milliseconds(5));
    if (!demand) continue;
    lock.unlock();
    demand();
    lock.lock();
  }
}

std::vector<Point> StreamScheduler::tails(int device) {
  std::vector<Point> result;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const StreamPtr& stream : streams_) {
    if (stream->device == device) result.push_back({stream, stream->submitted});
  }
  return result;
}

void StreamScheduler::nudge(const StreamPtr& stream) {
  uint64_t next;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (stream->busy || !ready_or_demandable(*stream)) return;
    next = stream->done + 1;
  }
  drain(stream, next);
}

// A closed gate would make the poller wait.
bool StreamScheduler::ready_or_demandable(Stream& stream) const {
  return !stream.queue.empty() && (!stream.queue.front().gate || stream.queue.front().gate());
}

void StreamScheduler::gates_changed() {
  std::unique_lock<std::mutex> lock(mutex_);
  progress_.notify_all();
  if (configuration().streams == Streams::eager) execute_ready(lock);
}

uint64_t submit(const StreamPtr& stream, Operation operation) {
  return StreamScheduler::instance().submit(stream, std::move(operation));
}
void drain(const StreamPtr& stream, uint64_t position) {
  StreamScheduler::instance().drain(stream, position);
}
void drain(const Point& point) {
  if (point.stream) drain(point.stream, point.position);
}
bool is_done(const Point& point) { return StreamScheduler::instance().is_done(point); }
Point tail(const StreamPtr& stream) { return StreamScheduler::instance().tail(stream); }
void nudge(const StreamPtr& stream) { StreamScheduler::instance().nudge(stream); }
void wait_on_host(const Point& point) {
  drain(point);
  if (Checker* check = checker()) check->host_waited(point);
}
void wait_for_device(int device) {
  for (const Point& point : StreamScheduler::instance().tails(device)) wait_on_host(point);
}
bool host_sees_done(const Point& point) {
  if (!is_done(point)) return false;
  if (Checker* check = checker()) check->host_waited(point);
  return true;
}
void gates_changed() { StreamScheduler::instance().gates_changed(); }

}  // namespace cuda_emulation
