// SPDX-License-Identifier: Apache-2.0
// GPUs by the CUDA runtime, or by its emulation: the same source.
#include "runtime/cuda/block_cache.h"
#include "runtime/cuda/device_streams.h"

#include <fovea/core/error.h>
#include <fovea/core/runtime/cuda_error.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/tensor.h>

#include <array>

namespace fovea {
namespace {

using cuda::check;

// Under the emulation, which is to find accesses past the end of memory or to released memory.
constexpr size_t kLeastKept = FOVEA_CUDA_EMULATED ? size_t{64} << 10 : 0;

// As nvidia-smi writes it.
std::string uuid_text(const cudaUUID_t& uuid) {
  std::string text = "GPU-";
  for (size_t i = 0; i < sizeof uuid.bytes; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    const auto byte = static_cast<unsigned char>(uuid.bytes[i]);
    for (const int digit : {byte >> 4, byte & 15}) text += "0123456789abcdef"[digit];
  }
  return text;
}

// Of the current device.
class DriverMemory final : public cuda::BlockSource {
 public:
  void* allocate(size_t bytes) override {
    void* memory = nullptr;
    const cudaError_t error = cudaMalloc(&memory, bytes);
    if (error == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      return nullptr;
    }
    check(error, "cudaMalloc");
    return memory;
  }
  // After a kernel has failed this fails too; the error was or will be reported where work is
  // awaited.
  void release(void* memory) noexcept override {
    if (cudaFree(memory) != cudaSuccess) cudaGetLastError();
  }
};

class CudaRuntime final : public DeviceRuntime {
 public:
  ~CudaRuntime() override {
    for (size_t device = 0; device < devices_.size(); device++) {
      if (devices_[device].blocks.kept_bytes() == 0) continue;
      if (cudaSetDevice(static_cast<int>(device)) != cudaSuccess) cudaGetLastError();
      DriverMemory driver;
      devices_[device].blocks.clear(driver);
    }
  }

  bool emulated() const override { return FOVEA_CUDA_EMULATED; }

  int device_count() const override {
    int count = 0;
    if (cudaGetDeviceCount(&count) == cudaSuccess) return count;
    cudaGetLastError();
    return 0;
  }

  RuntimeVersions versions() const override {
    RuntimeVersions versions;
    if (cudaDriverGetVersion(&versions.driver) != cudaSuccess) versions.driver = 0;
    check(cudaRuntimeGetVersion(&versions.toolkit), "cudaRuntimeGetVersion");
    return versions;
  }

  std::string architectures() const override { return cuda::architectures(); }

  DeviceProperties properties(int device) const override {
    require(device);
    make_current(device);
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
    size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "cudaMemGetInfo");
    return {.name = properties.name,
            .sm = properties.major * 10 + properties.minor,
            .memory = total,
            .free = free + state_of(device).blocks.kept_bytes(),
            .multiprocessors = properties.multiProcessorCount,
            .uuid = uuid_text(properties.uuid)};
  }

  void require(int device) const override {
    int count = 0;
    check(cudaGetDeviceCount(&count), "device cuda");
    if (device < 0 || device >= count) {
      throw DeviceError(
          "device cuda:" + std::to_string(device) + " does not exist; there " +
          (count == 1 ? "is cuda:0" : "are cuda:0 to cuda:" + std::to_string(count - 1)));
    }
  }

  std::byte* allocate(int device, size_t bytes) const override {
    require(device);
    make_current(device);
    DriverMemory driver;
    void* memory = state_of(device).blocks.take(driver, bytes + Storage::kSlack);
    if (!memory) throw_out_of_memory(device, bytes);
    try {
      fill(device, memory, 0, bytes + Storage::kSlack);  // behind what used the block before
    } catch (...) {
      release(device, static_cast<std::byte*>(memory), bytes);
      throw;
    }
    return static_cast<std::byte*>(memory);
  }

  void release(int device, std::byte* memory, size_t bytes) const noexcept override {
    if (cudaSetDevice(device) != cudaSuccess) cudaGetLastError();
    DriverMemory driver;
    state_of(device).blocks.give_back(driver, memory, bytes + Storage::kSlack);
  }

  std::byte* allocate_pinned(int device, size_t bytes) const override {
    make_current(device);
    void* memory = nullptr;
    check(cudaHostAlloc(&memory, bytes, cudaHostAllocPortable), "pinned memory");
    return static_cast<std::byte*>(memory);
  }

  void release_pinned(int device, std::byte* memory) const noexcept override {
    if (cudaSetDevice(device) != cudaSuccess || cudaFreeHost(memory) != cudaSuccess)
      cudaGetLastError();
  }

  void fill(int device, void* memory, uint8_t value, size_t bytes) const override {
    make_current(device);
    const cudaStream_t stream = streams_of(device).behind_all();
    check(cudaMemsetAsync(memory, value, bytes, stream), "cudaMemsetAsync");
    check(cudaStreamSynchronize(stream), "waiting for the GPU");
  }

  void copy(Device to_device, void* to, Device from_device, const void* from,
            size_t bytes) const override {
    const int device = from_device.is_cpu() ? to_device.index : from_device.index;
    make_current(device);
    const cudaStream_t stream = streams_of(device).behind_all();
    if (from_device.is_cpu()) {
      check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream), "copy to the GPU");
    } else if (to_device.is_cpu()) {
      check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream), "copy from the GPU");
    } else if (to_device == from_device) {
      check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream), "copy on the GPU");
    } else {
      copy_to_peer(to_device.index, to, device, from, bytes, stream);
    }
    check(cudaStreamSynchronize(stream), "waiting for the GPU");
  }

  StreamHandle create_stream(int device) const override {
    require(device);
    make_current(device);
    return streams_of(device).create();
  }

  void destroy_stream(int device, StreamHandle stream) const noexcept override {
    if (cudaSetDevice(device) != cudaSuccess) cudaGetLastError();
    streams_of(device).destroy(as_stream(stream));
  }

  void synchronize(int device, StreamHandle stream) const override {
    make_current(device);
    check(cudaStreamSynchronize(as_stream(stream)), "waiting for the GPU");
  }

  void enqueue_copy(int device, StreamHandle stream, void* to, const void* from,
                    size_t bytes) const override {
    make_current(device);
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, as_stream(stream)),
          "copy on the GPU");
  }

  void enqueue_fill(int device, StreamHandle stream, void* memory, uint8_t value,
                    size_t bytes) const override {
    make_current(device);
    check(cudaMemsetAsync(memory, value, bytes, as_stream(stream)), "cudaMemsetAsync");
  }

  EventHandle create_event(int device) const override {
    make_current(device);
    cudaEvent_t event = nullptr;
    check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cudaEventCreate");
    return event;
  }

  void destroy_event(int device, EventHandle event) const noexcept override {
    if (cudaSetDevice(device) != cudaSuccess || cudaEventDestroy(as_event(event)) != cudaSuccess)
      cudaGetLastError();
  }

  void record_event(int device, EventHandle event, StreamHandle stream) const override {
    make_current(device);
    check(cudaEventRecord(as_event(event), as_stream(stream)), "cudaEventRecord");
  }

  bool is_done(int device, EventHandle event) const override {
    make_current(device);
    const cudaError_t state = cudaEventQuery(as_event(event));
    if (state == cudaErrorNotReady) {
      cudaGetLastError();
      return false;
    }
    check(state, "waiting for the GPU");
    return true;
  }

  void wait_for_event(int device, EventHandle event) const override {
    make_current(device);
    check(cudaEventSynchronize(as_event(event)), "waiting for the GPU");
  }

  void enqueue_wait(int device, StreamHandle stream, EventHandle event) const override {
    make_current(device);
    check(cudaStreamWaitEvent(as_stream(stream), as_event(event), 0), "cudaStreamWaitEvent");
  }

  void begin_capture(int device, StreamHandle stream) const override {
    make_current(device);
    streams_of(device).begin_capture(as_stream(stream));
  }

  GraphHandle end_capture(int device, StreamHandle stream) const override {
    make_current(device);
    const cudaGraph_t graph = streams_of(device).end_capture(as_stream(stream));
    if (!graph) return nullptr;
    cudaGraphExec_t executable = nullptr;
    const cudaError_t error = cudaGraphInstantiate(&executable, graph, 0);
    cudaGraphDestroy(graph);
    check(error, "cudaGraphInstantiate");
    return executable;
  }

  void launch_graph(int device, GraphHandle graph, StreamHandle stream) const override {
    make_current(device);
    check(cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), as_stream(stream)),
          "cudaGraphLaunch");
  }

  void destroy_graph(int device, GraphHandle graph) const noexcept override {
    if (cudaSetDevice(device) != cudaSuccess ||
        cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph)) != cudaSuccess) {
      cudaGetLastError();
    }
  }

 private:
  static cudaStream_t as_stream(StreamHandle stream) { return static_cast<cudaStream_t>(stream); }
  static cudaEvent_t as_event(EventHandle event) { return static_cast<cudaEvent_t>(event); }
  // Of a device that exists.
  struct PerDevice {
    cuda::DeviceStreams streams;
    cuda::BlockCache blocks{FOVEA_CUDA_EMULATED, kLeastKept};
  };
  PerDevice& state_of(int device) const { return devices_.at(static_cast<size_t>(device)); }
  cuda::DeviceStreams& streams_of(int device) const { return state_of(device).streams; }

  void copy_to_peer(int to_device, void* to, int from_device, const void* from, size_t bytes,
                    cudaStream_t stream) const {
    make_current(to_device);
    streams_of(to_device).put_behind_all(stream);
    make_current(from_device);
    check(cudaMemcpyPeerAsync(to, to_device, from, from_device, bytes, stream),
          "copy between GPUs");
  }

  static void make_current(int device) { check(cudaSetDevice(device), "cudaSetDevice"); }

  [[noreturn]] void throw_out_of_memory(int device, size_t bytes) const {
    cudaGetLastError();
    const DeviceProperties now = properties(device);
    throw DeviceError("cuda:" + std::to_string(device) + ", " + now.name + ": out of memory: " +
                      std::to_string(bytes) + " bytes were asked for, " + std::to_string(now.free) +
                      " of " + std::to_string(now.memory) + " are free; use a smaller batch");
  }

  mutable std::array<PerDevice, 64> devices_;  // no machine has more devices
};

}  // namespace

const DeviceRuntime* cuda_runtime() {
  static const CudaRuntime runtime;
  return &runtime;
}

}  // namespace fovea
