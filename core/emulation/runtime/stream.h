// SPDX-License-Identifier: Apache-2.0
// Streams: queues of operations, executed by the host threads that submit to them or wait for them.
//
// An eager stream executes an operation when it is submitted, if it can start; one that cannot (it
// waits for another rank, say) stays queued and the following queue behind it. A lazy stream
// executes nothing until somebody waits for it, so work is done as late as a GPU may do it, and a
// missing wait shows as old data.
#pragma once
#include "driver_types.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace cuda_emulation {

class Stream;

// All operations of a stream up to and including number `position`, counted from 1.
struct Point {
  std::shared_ptr<Stream> stream;
  uint64_t position = 0;
};

struct Operation {
  // The work; called without locks held.
  std::function<void()> run;
  // What must be done before, beside the earlier operations of the stream.
  std::vector<Point> after;
  // If set: whether it may start, asked when `after` is done.
  std::function<bool()> gate;
  // If set: brings about what the gate waits for; called by a host thread that waits.
  std::function<void()> demand;

  // For graphs. The kernel is what an update may not change. If `again` is set, it makes the
  // operation anew for each replay; operations with a gate need it.
  cudaGraphNodeType type = cudaGraphNodeTypeKernel;
  const void* function = nullptr;
  std::function<Operation()> again;
};

class Stream {
 public:
  Stream(int device, bool blocking, int priority, uint64_t number)
      : device(device), blocking(blocking), priority(priority), number(number) {}

  const int device;
  const bool blocking;  // ordered with the legacy default stream
  const int priority;
  const uint64_t number;

 private:
  friend class StreamScheduler;
  std::deque<Operation> queue;
  uint64_t submitted = 0, done = 0;
  bool busy = false;  // an operation is being executed, by this thread:
  std::thread::id executor;
  unsigned flags = 0;
  bool destroyed = false;
};
using StreamPtr = std::shared_ptr<Stream>;

// The stream of a handle: null and cudaStreamLegacy are the current device's default stream,
// cudaStreamPerThread the calling thread's. Null if the handle is not of a live stream.
StreamPtr find_stream(cudaStream_t handle);

// The stream for a call that submits work to it: an error for an unknown handle, for a device with
// a sticky error, and for the default stream while it would wait for a capturing one.
cudaError_t open_stream(cudaStream_t handle, const char* function, const void* caller,
                        StreamPtr* stream);

// Appends an operation and returns its number; 0 if the stream is capturing and the operation
// became a node of a graph.
uint64_t submit(const StreamPtr& stream, Operation operation);
// Returns when everything up to the position is done, executing what is not.
void drain(const StreamPtr& stream, uint64_t position);
void drain(const Point& point);
bool is_done(const Point& point);
Point tail(const StreamPtr& stream);  // of everything submitted so far

// The same on behalf of the program: what it submits or touches afterwards is ordered after the
// point.
void wait_on_host(const Point& point);
bool host_sees_done(const Point& point);
void wait_for_device(int device);  // all its streams, destroyed ones with pending work too

// Lets a lazy stream make some progress, so that polling ends.
void nudge(const StreamPtr& stream);
// To be called when what a gate asks about has changed.
void gates_changed();

}  // namespace cuda_emulation
