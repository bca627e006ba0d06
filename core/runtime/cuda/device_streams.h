// SPDX-License-Identifier: Apache-2.0
// The streams that this program has made on one device. None of them is ordered with the legacy
// default stream, so that a copy by one thread neither waits for, nor breaks, what another thread
// records; here is how copies are ordered with all of them.
#pragma once

#include <cuda_runtime_api.h>

#include <mutex>
#include <thread>
#include <vector>

namespace fovea::cuda {

// Safe to use from several threads, with the device as the current one.
class DeviceStreams {
 public:
  cudaStream_t create();
  // Waits for its work.
  void destroy(cudaStream_t stream) noexcept;

  // What is given to a stream until end_capture() is recorded. Others that wait for the device wait
  // for what the stream was given before.
  void begin_capture(cudaStream_t stream);
  // The graph; null when it was spoilt.
  cudaGraph_t end_capture(cudaStream_t stream);

  // A stream for copies, which comes behind all that the streams have been given so far. Throws
  // DeviceError when this thread is recording one of them: it would see what is not done yet.
  cudaStream_t behind_all();
  // Has `stream`, of any device, wait for all that these have been given so far.
  void put_behind_all(cudaStream_t stream);

 private:
  struct Entry {
    cudaStream_t stream;
    cudaEvent_t reached;        // recorded when somebody wants to wait for the stream
    std::thread::id capturing;  // the thread that records it; none: nobody does
  };

  Entry& entry_of(cudaStream_t stream);
  void wait_for_entries(cudaStream_t stream);

  std::mutex mutex_;
  std::vector<Entry> entries_;
  cudaStream_t copies_ = nullptr;
};

}  // namespace fovea::cuda
