// SPDX-License-Identifier: Apache-2.0
// cudaStream*, cudaLaunchHostFunc.
#include "cuda_runtime_api.h"
#include "report/emit.h"
#include "runtime/capture.h"
#include "runtime/error_state.h"
#include "runtime/stream_scheduler.h"

#include <map>
#include <mutex>

// A handle is the address of such an object.
struct CUstream_st {
  cuda_emulation::StreamPtr stream;
};

namespace cuda_emulation {
namespace {

std::mutex& stream_mutex = *new std::mutex;
auto& handles = *new std::map<cudaStream_t, std::unique_ptr<CUstream_st>>;

StreamPtr per_thread_stream(int device) {
  thread_local StreamPtr streams[max_devices];
  if (!streams[device]) streams[device] = StreamScheduler::instance().create(device, true, 0, 0);
  return streams[device];
}

cudaError_t create_stream(cudaStream_t* handle, unsigned flags, int priority) {
  const int device = current_device();
  if (!handle || (flags & ~cudaStreamNonBlocking)) return set_last_error(cudaErrorInvalidValue);
  if (cudaError_t error = sticky_error(device)) return set_last_error(error);
  const int clamped = priority > 0 ? 0 : priority < -5 ? -5 : priority;
  auto object = std::make_unique<CUstream_st>();
  object->stream =
      StreamScheduler::instance().create(device, !(flags & cudaStreamNonBlocking), clamped, flags);
  const std::lock_guard<std::mutex> lock(stream_mutex);
  *handle = object.get();
  handles.emplace(*handle, std::move(object));
  return cudaSuccess;
}

cudaError_t invalid_stream(const char* function, const void* caller) {
  return report_host_error(cudaErrorInvalidResourceHandle, "invalid_handle", caller,
                           "%s: the stream was destroyed or never created", function);
}

}  // namespace

StreamPtr find_stream(cudaStream_t handle) {
  if (!handle || handle == cudaStreamLegacy)
    return StreamScheduler::instance().default_stream(current_device());
  if (handle == cudaStreamPerThread) return per_thread_stream(current_device());
  const std::lock_guard<std::mutex> lock(stream_mutex);
  const auto found = handles.find(handle);
  return found == handles.end() ? nullptr : found->second->stream;
}

cudaError_t open_stream(cudaStream_t handle, const char* function, const void* caller,
                        StreamPtr* stream) {
  *stream = find_stream(handle);
  if (!*stream) return invalid_stream(function, caller);
  if (cudaError_t error = sticky_error((*stream)->device)) return set_last_error(error);
  if (!handle || handle == cudaStreamLegacy)
    return refuse_default_stream(*stream, function, caller);
  return cudaSuccess;
}

}  // namespace cuda_emulation

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaStreamCreate(cudaStream_t* stream) { return create_stream(stream, 0, 0); }

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return create_stream(stream, flags, 0);
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int priority) {
  return create_stream(stream, flags, priority);
}

cudaError_t cudaStreamDestroy(cudaStream_t handle) {
  std::unique_ptr<CUstream_st> object;
  {
    const std::lock_guard<std::mutex> lock(stream_mutex);
    const auto found = handles.find(handle);
    if (found != handles.end()) {
      object = std::move(found->second);
      handles.erase(found);
    }
  }
  if (!object) return invalid_stream("cudaStreamDestroy", __builtin_return_address(0));
  StreamScheduler::instance().destroy(object->stream);
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  const StreamPtr stream = find_stream(handle);
  if (!stream) return invalid_stream("cudaStreamSynchronize", __builtin_return_address(0));
  if (cudaError_t error =
          refuse_if_capturing(stream, "cudaStreamSynchronize", __builtin_return_address(0))) {
    return error;
  }
  if (!handle || handle == cudaStreamLegacy) {
    submit(stream, {});  // ordered after the blocking streams
  }
  wait_on_host(tail(stream));
  return set_last_error(sticky_error(stream->device));
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
  const StreamPtr stream = find_stream(handle);
  if (!stream) return invalid_stream("cudaStreamQuery", __builtin_return_address(0));
  if (cudaError_t error =
          refuse_if_capturing(stream, "cudaStreamQuery", __builtin_return_address(0))) {
    return error;
  }
  if (cudaError_t error = sticky_error(stream->device)) return set_last_error(error);
  if (host_sees_done(tail(stream))) return cudaSuccess;
  nudge(stream);
  return set_last_error(cudaErrorNotReady);
}

cudaError_t cudaStreamGetFlags(cudaStream_t handle, unsigned* flags) {
  const StreamPtr stream = find_stream(handle);
  if (!stream) return invalid_stream("cudaStreamGetFlags", __builtin_return_address(0));
  *flags = StreamScheduler::flags(*stream);
  return cudaSuccess;
}

cudaError_t cudaStreamGetPriority(cudaStream_t handle, int* priority) {
  const StreamPtr stream = find_stream(handle);
  if (!stream) return invalid_stream("cudaStreamGetPriority", __builtin_return_address(0));
  *priority = stream->priority;
  return cudaSuccess;
}

cudaError_t cudaStreamGetDevice(cudaStream_t handle, int* device) {
  const StreamPtr stream = find_stream(handle);
  if (!stream) return invalid_stream("cudaStreamGetDevice", __builtin_return_address(0));
  *device = stream->device;
  return cudaSuccess;
}

cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function, void* user_data) {
  StreamPtr stream;
  if (cudaError_t error =
          open_stream(handle, "cudaLaunchHostFunc", __builtin_return_address(0), &stream))
    return error;
  if (!function) return set_last_error(cudaErrorInvalidValue);
  const int device = stream->device;
  Operation operation{[=] {
    if (sticky_error(device) == cudaSuccess) function(user_data);
  }};
  operation.type = cudaGraphNodeTypeHost;
  submit(stream, std::move(operation));
  return cudaSuccess;
}

}  // namespace cuda_emulated
