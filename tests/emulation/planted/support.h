// SPDX-License-Identifier: Apache-2.0
// Short ways to run a kernel on numbers. Errors are not checked here: whoever plants a bug looks at
// what happened.
#pragma once
#include <cuda_portable/launch.cuh>

#include <cstddef>
#include <vector>

namespace planted {

using cuda_portable::launch;
using Values = std::vector<float>;

template <class T>
class Array {
 public:
  explicit Array(std::size_t count) : count_(count) {
    cudaMalloc(reinterpret_cast<void**>(&data_), count * sizeof(T));
  }
  explicit Array(const std::vector<T>& values) : Array(values.size()) {
    cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice);
  }
  Array(const Array&) = delete;
  ~Array() { cudaFree(data_); }
  T* get() const { return data_; }
  std::vector<T> read() const {
    std::vector<T> values(count_);
    cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost);
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t count_;
};

struct Stream {
  Stream() { cudaStreamCreateWithFlags(&handle, cudaStreamNonBlocking); }
  Stream(const Stream&) = delete;
  ~Stream() { cudaStreamDestroy(handle); }
  operator cudaStream_t() const { return handle; }
  cudaStream_t handle = nullptr;
};

inline Values ascending(int count) {
  Values values;
  for (int i = 0; i < count; ++i) values.push_back(float(i));
  return values;
}

// Whether kernel(in, out), run in one block on in = 0, 1, 2 ..., fills out with what expected(i)
// says.
template <class Kernel, class Expected>
bool gives(Kernel kernel, int threads, std::size_t shared_bytes, Expected expected) {
  const Array<float> in(ascending(threads)), out(Values(std::size_t(threads), -1.0f));
  launch(kernel, 1, threads, shared_bytes, nullptr, in.get(), out.get());
  const Values values = out.read();
  for (int i = 0; i < threads; ++i) {
    if (!(values[std::size_t(i)] == float(expected(i)))) return false;
  }
  return true;
}

// The compiler must not see where the pointer comes from, or what the number is.
template <class T>
__device__ __forceinline__ T hide(T value) {
#ifdef CUDA_EMULATION
  asm volatile("" : "+r"(value));
#endif
  return value;
}

}  // namespace planted
