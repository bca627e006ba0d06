// SPDX-License-Identifier: Apache-2.0
// Device memory, streams and events of tests: what fails fails the test, what is left is freed.
#pragma once
#include <catch2/catch.hpp>
#include <cuda_runtime.h>

#include <utility>
#include <vector>

inline void require(cudaError_t error) {
  INFO(cudaGetErrorString(error));
  REQUIRE(error == cudaSuccess);
}

template <class T>
class DeviceArray {
 public:
  // On the current device; what it holds is not initialised.
  explicit DeviceArray(size_t size) : size_(size) {
    require(cudaMalloc(reinterpret_cast<void**>(&data_), size * sizeof(T)));
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) {
    require(cudaMemcpy(data_, values.data(), size_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(DeviceArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}
  DeviceArray& operator=(DeviceArray&&) = delete;

  T* get() const { return data_; }
  size_t size() const { return size_; }

  void zero(cudaStream_t stream) { require(cudaMemsetAsync(data_, 0, size_ * sizeof(T), stream)); }

  // After all work of the stream.
  std::vector<T> host(cudaStream_t stream = nullptr) const {
    std::vector<T> values(size_);
    require(
        cudaMemcpyAsync(values.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost, stream));
    require(cudaStreamSynchronize(stream));
    return values;
  }

 private:
  T* data_ = nullptr;
  size_t size_;
};

class StreamHandle {
 public:
  StreamHandle() { require(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  ~StreamHandle() { cudaStreamDestroy(stream_); }
  StreamHandle(const StreamHandle&) = delete;
  StreamHandle& operator=(const StreamHandle&) = delete;
  operator cudaStream_t() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

class EventHandle {
 public:
  EventHandle() { require(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming)); }
  ~EventHandle() { cudaEventDestroy(event_); }
  EventHandle(const EventHandle&) = delete;
  EventHandle& operator=(const EventHandle&) = delete;
  operator cudaEvent_t() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};
