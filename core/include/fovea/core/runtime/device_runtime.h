// SPDX-License-Identifier: Apache-2.0
// Memory, copies and streams of one kind of device: what tensors and contexts stand on. Programs
// use those instead.
#pragma once

#include <fovea/core/device.h>

#include <cstddef>
#include <string>

namespace FOVEA_API fovea {

struct DeviceProperties {
  std::string name;   // as the driver gives it
  int sm = 0;         // compute capability times ten: 90 is sm_90; 0 for a host
  size_t memory = 0;  // bytes
  size_t free = 0;    // of these, not in use by any process
  int multiprocessors = 0;
  std::string uuid = {};  // "GPU-...", which no other GPU has; empty for a host
};

// Versions as the toolkit writes them: 12040 is 12.4. 0: there is none.
struct RuntimeVersions {
  int driver = 0;   // the newest toolkit that the installed driver can serve
  int toolkit = 0;  // the one that this program was built with
};

// A stream of its kind of device: cudaStream_t, without its header.
using StreamHandle = void*;
// A place in a stream, or in none: cudaEvent_t.
using EventHandle = void*;
// Work kept for replay: cudaGraphExec_t.
using GraphHandle = void*;

// Safe to use from several threads. Devices are numbered from 0. Every function but those marked
// noexcept throws DeviceError when the device does not exist or fails.
class DeviceRuntime {
 public:
  virtual ~DeviceRuntime() = default;

  // Whether kernels run on the CPU, thread by thread, for tests.
  virtual bool emulated() const = 0;
  // 0 where there is no usable driver.
  virtual int device_count() const = 0;
  virtual RuntimeVersions versions() const = 0;
  // What this program has code for: "sm_80, sm_90 and its PTX".
  virtual std::string architectures() const = 0;
  virtual DeviceProperties properties(int device) const = 0;
  // Nothing when kernels can run there. Throws DeviceError saying why they cannot: no driver, an
  // old driver, no such device.
  virtual void require(int device) const = 0;

  // Zero-filled, 64-byte aligned, and followed by Storage::kSlack readable bytes.
  virtual std::byte* allocate(int device, size_t bytes) const = 0;
  // `bytes` as they were asked for. Behind all work on the device that was begun before.
  virtual void release(int device, std::byte* memory, size_t bytes) const noexcept = 0;

  // Memory of the host that enqueue_copy() takes without waiting, to and from any device. Aligned
  // as the device's, not filled. To be released when no copy uses it any more.
  virtual std::byte* allocate_pinned(int device, size_t bytes) const = 0;
  virtual void release_pinned(int device, std::byte* memory) const noexcept = 0;

  // Both are ordered behind the work of the devices' streams, and later work behind them; when they
  // return, host memory that takes part is the caller's again. One side of a copy may be the host.
  virtual void fill(int device, void* memory, uint8_t value, size_t bytes) const = 0;
  virtual void copy(Device to_device, void* to, Device from_device, const void* from,
                    size_t bytes) const = 0;

  // Work in a stream runs in order, and in order with fill and copy; streams among one another only
  // as events say.
  virtual StreamHandle create_stream(int device) const = 0;
  // Waits for its work.
  virtual void destroy_stream(int device, StreamHandle stream) const noexcept = 0;
  virtual void synchronize(int device, StreamHandle stream) const = 0;
  // Within the device, or between it and pinned memory, in the order of the stream; they return at
  // once.
  virtual void enqueue_copy(int device, StreamHandle stream, void* to, const void* from,
                            size_t bytes) const = 0;
  virtual void enqueue_fill(int device, StreamHandle stream, void* memory, uint8_t value,
                            size_t bytes) const = 0;

  // An event stands for all that was in the stream when it was last recorded; for nothing at first.
  virtual EventHandle create_event(int device) const = 0;
  virtual void destroy_event(int device, EventHandle event) const noexcept = 0;
  virtual void record_event(int device, EventHandle event, StreamHandle stream) const = 0;
  // Whether that is done. Throws DeviceError when the device has failed.
  virtual bool is_done(int device, EventHandle event) const = 0;
  // The host waits for it; what the stream is given later waits for it.
  virtual void wait_for_event(int device, EventHandle event) const = 0;
  virtual void enqueue_wait(int device, StreamHandle stream, EventHandle event) const = 0;

  // Between the two, what this thread puts into the stream is not run but kept. Memory must not be
  // allocated or freed, and the host must not wait. end_capture() returns null when something was
  // done that cannot be kept, or when the device keeps nothing.
  virtual void begin_capture(int device, StreamHandle stream) const = 0;
  virtual GraphHandle end_capture(int device, StreamHandle stream) const = 0;
  virtual void launch_graph(int device, GraphHandle graph, StreamHandle stream) const = 0;
  virtual void destroy_graph(int device, GraphHandle graph) const noexcept = 0;
};

const DeviceRuntime& host_runtime();
// Null in a program without a CUDA backend.
const DeviceRuntime* cuda_runtime();
// That of the device. Throws DeviceError where this program has none.
const DeviceRuntime& runtime_of(Device device);

// Between any two devices; ranges on one device must not overlap, on the host they may.
void copy_bytes(Device to_device, void* to, Device from_device, const void* from, size_t bytes);

}  // namespace fovea
