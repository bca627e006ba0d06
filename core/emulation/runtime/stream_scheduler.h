// SPDX-License-Identifier: Apache-2.0
// All streams of the program and what may execute next.
#pragma once
#include "runtime/device.h"
#include "runtime/stream.h"

#include <condition_variable>
#include <mutex>

namespace cuda_emulation {

class StreamScheduler {
 public:
  static StreamScheduler& instance();

  StreamPtr create(int device, bool blocking, int priority, unsigned flags);
  StreamPtr default_stream(int device);
  void destroy(const StreamPtr& stream);  // its pending work is still done
  static unsigned flags(const Stream& stream);

  uint64_t submit(const StreamPtr& stream, Operation operation);
  void drain(const StreamPtr& stream, uint64_t position);
  std::vector<Point> tails(int device);  // of all its streams
  void nudge(const StreamPtr& stream);
  bool is_done(const Point& point);
  Point tail(const StreamPtr& stream);
  void gates_changed();

 private:
  void add_default_order(const StreamPtr& stream, Operation& operation);
  bool done(const Point& point) const;
  bool ready(Stream& stream) const;
  bool ready_or_demandable(Stream& stream) const;
  void execute_ready(std::unique_lock<std::mutex>& lock);
  void execute_front(const StreamPtr& stream, std::unique_lock<std::mutex>& lock);
  void bring_about(Stream& stream, std::unique_lock<std::mutex>& lock);
  void forget_finished();

  // Of all streams' queues and counters. Gates are asked with it held, so they take no part in
  // streams themselves.
  std::mutex mutex_;
  std::condition_variable progress_;
  std::vector<StreamPtr> streams_;
  StreamPtr defaults_[max_devices];
  uint64_t next_number_ = 0;
};

}  // namespace cuda_emulation
