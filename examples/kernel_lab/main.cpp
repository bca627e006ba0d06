// SPDX-License-Identifier: Apache-2.0
// kernel_lab [SIZE]: multiplies matrices by every step and compares with the host.
#include "gemm.cuh"
#include "report.h"

#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using kernel_lab::Size;

void check(cudaError_t error) {
  if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

template <class T>
class DeviceMatrix {
 public:
  explicit DeviceMatrix(const std::vector<T>& values) : bytes_(values.size() * sizeof(T)) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, bytes_));
    data_ = static_cast<T*>(memory);
    check(cudaMemcpy(data_, values.data(), bytes_, cudaMemcpyHostToDevice));
  }
  ~DeviceMatrix() { cudaFree(data_); }
  DeviceMatrix(const DeviceMatrix&) = delete;
  DeviceMatrix& operator=(const DeviceMatrix&) = delete;

  T* get() const { return data_; }
  void read(std::vector<T>& values) const {
    check(cudaMemcpy(values.data(), data_, bytes_, cudaMemcpyDeviceToHost));
  }

 private:
  T* data_ = nullptr;
  size_t bytes_;
};

// Small whole numbers: exact in bfloat16, and their sums in fp32.
std::vector<float> whole_numbers(int count, int seed) {
  std::vector<float> values;
  for (int i = 0; i < count; i++) values.push_back(static_cast<float>((i * 31 + seed) % 15 - 7));
  return values;
}

std::vector<float> multiply(const std::vector<float>& a, const std::vector<float>& b, Size size) {
  std::vector<float> c(static_cast<size_t>(size.m * size.n));
  for (int row = 0; row < size.m; row++)
    for (int l = 0; l < size.k; l++)
      for (int column = 0; column < size.n; column++)
        c[static_cast<size_t>(row * size.n + column)] +=
            a[static_cast<size_t>(row * size.k + l)] * b[static_cast<size_t>(l * size.n + column)];
  return c;
}

class Lab {
 public:
  explicit Lab(Size size)
      : size_(size),
        a_(whole_numbers(size.m * size.k, 1)),
        b_(whole_numbers(size.k * size.n, 2)),
        expected_(multiply(a_, b_, size)) {}

  template <class T, class Step>
  void run(const char* name, Step step) {
    const DeviceMatrix<T> a(std::vector<T>(a_.begin(), a_.end())),
        b(std::vector<T>(b_.begin(), b_.end()));
    std::vector<float> c(expected_.size());
    const DeviceMatrix<float> device_c(c);
    kernel_lab::start_row();
    check(step(a.get(), b.get(), device_c.get(), size_, nullptr));
    check(cudaDeviceSynchronize());
    device_c.read(c);
    all_right_ &= c == expected_;
    kernel_lab::print_row(name, c == expected_);
  }

  bool all_right() const { return all_right_; }

 private:
  Size size_;
  std::vector<float> a_, b_, expected_;
  bool all_right_ = true;
};

}  // namespace

int main(int argc, char** argv) try {
  const int size = argc > 1 ? std::atoi(argv[1]) : 128;
  Lab lab({size, size, size});
  kernel_lab::print_header();
  lab.run<float>("naive", kernel_lab::gemm_naive);
  lab.run<float>("coalesced", kernel_lab::gemm_coalesced);
  lab.run<float>("tiled", kernel_lab::gemm_tiled);
  lab.run<float>("register_tiled", kernel_lab::gemm_register_tiled);
  lab.run<float>("async", kernel_lab::gemm_async);
  lab.run<__nv_bfloat16>("tensor_core", kernel_lab::gemm_tensor_core);
  return lab.all_right() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
