// SPDX-License-Identifier: Apache-2.0
#include "runtime/cuda/device_streams.h"

#include <fovea/core/error.h>
#include <fovea/core/runtime/cuda_error.h>

#include <algorithm>

namespace fovea::cuda {
namespace {

cudaStream_t new_stream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreate");
  return stream;
}

}  // namespace

cudaStream_t DeviceStreams::create() {
  Entry entry{new_stream(), nullptr, {}};
  check(cudaEventCreateWithFlags(&entry.reached, cudaEventDisableTiming), "cudaEventCreate");
  const std::lock_guard lock(mutex_);
  entries_.push_back(entry);
  return entry.stream;
}

void DeviceStreams::destroy(cudaStream_t stream) noexcept {
  if (cudaStreamSynchronize(stream) != cudaSuccess) cudaGetLastError();
  const std::lock_guard lock(mutex_);
  const auto at = std::ranges::find(entries_, stream, &Entry::stream);
  if (at == entries_.end()) return;
  if (cudaEventDestroy(at->reached) != cudaSuccess) cudaGetLastError();
  if (cudaStreamDestroy(stream) != cudaSuccess) cudaGetLastError();
  entries_.erase(at);
}

DeviceStreams::Entry& DeviceStreams::entry_of(cudaStream_t stream) {
  return *std::ranges::find(entries_, stream, &Entry::stream);
}

void DeviceStreams::begin_capture(cudaStream_t stream) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entry_of(stream);
  check(cudaEventRecord(entry.reached, stream), "cudaEventRecord");
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
  entry.capturing = std::this_thread::get_id();
}

cudaGraph_t DeviceStreams::end_capture(cudaStream_t stream) {
  const std::lock_guard lock(mutex_);
  entry_of(stream).capturing = {};
  cudaGraph_t graph = nullptr;
  if (cudaStreamEndCapture(stream, &graph) == cudaSuccess) return graph;
  cudaGetLastError();
  return nullptr;
}

cudaStream_t DeviceStreams::behind_all() {
  const std::lock_guard lock(mutex_);
  if (!copies_) copies_ = new_stream();
  wait_for_entries(copies_);
  return copies_;
}

void DeviceStreams::put_behind_all(cudaStream_t stream) {
  const std::lock_guard lock(mutex_);
  wait_for_entries(stream);
}

void DeviceStreams::wait_for_entries(cudaStream_t stream) {
  for (const Entry& entry : entries_) {
    if (entry.capturing == std::this_thread::get_id())
      throw DeviceError("while work is recorded as a graph, the host cannot wait for it");
    if (entry.capturing == std::thread::id())
      check(cudaEventRecord(entry.reached, entry.stream), "cudaEventRecord");
    check(cudaStreamWaitEvent(stream, entry.reached, 0), "cudaStreamWaitEvent");
  }
}

}  // namespace fovea::cuda
