// SPDX-License-Identifier: Apache-2.0
// cudaEvent*, cudaStreamWaitEvent.
#include "cuda_runtime_api.h"
#include "report/emit.h"
#include "runtime/device.h"
#include "runtime/error_state.h"
#include "runtime/event.h"

#include <chrono>
#include <map>
#include <mutex>

// A handle is the address of such an object.
struct CUevent_st {
  std::shared_ptr<cuda_emulation::Event> event;
};

namespace cuda_emulation {
namespace {

std::mutex& event_mutex = *new std::mutex;  // of the handles and of the events' latest recordings
auto& handles = *new std::map<cudaEvent_t, std::unique_ptr<CUevent_st>>;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::shared_ptr<Event> find_event(cudaEvent_t handle) {
  const std::lock_guard<std::mutex> lock(event_mutex);
  const auto found = handles.find(handle);
  return found == handles.end() ? nullptr : found->second->event;
}

bool captured(const Event& event) {
  const std::lock_guard<std::mutex> lock(event_mutex);
  return event.capture != nullptr;
}

std::shared_ptr<Recording> latest(const Event& event) {
  const std::lock_guard<std::mutex> lock(event_mutex);
  return event.latest;
}

cudaError_t invalid_event(const char* function, const void* caller) {
  return report_host_error(cudaErrorInvalidResourceHandle, "invalid_handle", caller,
                           "%s: the event was destroyed or never created", function);
}

cudaError_t invalid_stream(const char* function, const void* caller) {
  return report_host_error(cudaErrorInvalidResourceHandle, "invalid_handle", caller,
                           "%s: the stream was destroyed or never created", function);
}

}  // namespace
}  // namespace cuda_emulation

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* handle, unsigned flags) {
  const unsigned known = cudaEventBlockingSync | cudaEventDisableTiming | cudaEventInterprocess;
  if (!handle || (flags & ~known)) return set_last_error(cudaErrorInvalidValue);
  if (flags & cudaEventInterprocess) return set_last_error(cudaErrorNotSupported);
  if (cudaError_t error = sticky_error(current_device())) return set_last_error(error);
  auto object = std::make_unique<CUevent_st>();
  object->event = std::make_shared<Event>(Event{current_device(), flags});
  const std::lock_guard<std::mutex> lock(event_mutex);
  *handle = object.get();
  handles.emplace(*handle, std::move(object));
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t handle) {
  {
    const std::lock_guard<std::mutex> lock(event_mutex);
    if (handles.erase(handle)) return cudaSuccess;
  }
  return invalid_event("cudaEventDestroy", __builtin_return_address(0));
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned flags) {
  if (flags & ~cudaEventRecordExternal) return set_last_error(cudaErrorInvalidValue);
  return cudaEventRecord(event, stream);
}

cudaError_t cudaEventRecord(cudaEvent_t handle, cudaStream_t stream_handle) {
  const auto event = find_event(handle);
  if (!event) return invalid_event("cudaEventRecord", __builtin_return_address(0));
  const StreamPtr stream = find_stream(stream_handle);
  if (!stream) return invalid_stream("cudaEventRecord", __builtin_return_address(0));
  if (stream->device != event->device) {
    return report_host_error(
        cudaErrorInvalidResourceHandle, "wrong_device", __builtin_return_address(0),
        "cudaEventRecord: the event belongs to device %d, the stream to device %d", event->device,
        stream->device);
  }
  if (const CapturePtr capture = capture_of(stream)) {
    const std::lock_guard<std::mutex> lock(event_mutex);
    event->latest = nullptr;
    event->capture = capture;
    event->nodes = capture->frontier(stream);
    return cudaSuccess;
  }
  auto recording = std::make_shared<Recording>();
  recording->point.stream = stream;
  recording->point.position = submit(stream, {[recording] { recording->seconds = now(); }});
  const std::lock_guard<std::mutex> lock(event_mutex);
  event->latest = recording;
  event->capture = nullptr;
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t handle) {
  const auto event = find_event(handle);
  if (!event) return invalid_event("cudaEventSynchronize", __builtin_return_address(0));
  if (captured(*event)) return set_last_error(cudaErrorCapturedEvent);
  if (const auto recording = latest(*event)) wait_on_host(recording->point);
  return set_last_error(sticky_error(event->device));
}

cudaError_t cudaEventQuery(cudaEvent_t handle) {
  const auto event = find_event(handle);
  if (!event) return invalid_event("cudaEventQuery", __builtin_return_address(0));
  if (cudaError_t error = sticky_error(event->device)) return set_last_error(error);
  if (captured(*event)) return set_last_error(cudaErrorCapturedEvent);
  const auto recording = latest(*event);
  if (!recording || host_sees_done(recording->point)) return cudaSuccess;
  nudge(recording->point.stream);
  return set_last_error(cudaErrorNotReady);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream_handle, cudaEvent_t handle, unsigned flags) {
  const auto event = find_event(handle);
  if (!event) return invalid_event("cudaStreamWaitEvent", __builtin_return_address(0));
  const StreamPtr stream = find_stream(stream_handle);
  if (!stream) return invalid_stream("cudaStreamWaitEvent", __builtin_return_address(0));
  if (flags & ~cudaEventWaitExternal) return set_last_error(cudaErrorInvalidValue);
  if (captured(*event)) return set_last_error(join_capture(stream, event->capture, event->nodes));
  const auto recording = latest(*event);
  if (!recording) return cudaSuccess;
  if (const CapturePtr capture = capture_of(stream)) {
    capture->invalidate();
    return report_host_error(cudaErrorStreamCaptureIsolation, "stream_capture",
                             __builtin_return_address(0),
                             "cudaStreamWaitEvent: a capturing stream waits for an event recorded "
                             "outside of the capture");
  }
  if (recording->point.stream != stream) submit(stream, {nullptr, {recording->point}});
  return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start_handle,
                                 cudaEvent_t end_handle) {
  const auto start = find_event(start_handle), end = find_event(end_handle);
  if (!start || !end) return invalid_event("cudaEventElapsedTime", __builtin_return_address(0));
  if ((start->flags | end->flags) & cudaEventDisableTiming)
    return set_last_error(cudaErrorInvalidResourceHandle);
  const auto first = latest(*start), last = latest(*end);
  if (!first || !last) return set_last_error(cudaErrorInvalidResourceHandle);
  if (!is_done(first->point) || !is_done(last->point)) return set_last_error(cudaErrorNotReady);
  *milliseconds = float((last->seconds - first->seconds) * 1e3);
  return cudaSuccess;
}

}  // namespace cuda_emulated
