// SPDX-License-Identifier: Apache-2.0
// tutorial NAME: runs one kernel of docs/write-a-kernel.md on 1000 numbers and says whether the
// result is right. What the emulation finds goes to stderr.
#include "box_filter.cuh"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

constexpr int kSize = 1000, kRadius = 4;

std::vector<float> input() {
  std::vector<float> x;
  for (int i = 0; i < kSize; i++) x.push_back(static_cast<float>(i * 37 % 101));
  return x;
}

float expected(const std::vector<float>& x, int i) {
  float sum = 0;
  for (int j = std::max(0, i - kRadius); j <= std::min(kSize - 1, i + kRadius); j++)
    sum += x[static_cast<size_t>(j)];
  return sum / (2 * kRadius + 1);
}

bool right(const std::vector<float>& x, const std::vector<float>& y) {
  for (int i = 0; i < kSize; i++)
    if (y[static_cast<size_t>(i)] != expected(x, i)) return false;
  return true;
}

const std::map<std::string, tutorial::BoxFilter*> kFilters{
    {"naive_wrong", tutorial::naive_wrong},
    {"naive", tutorial::naive},
    {"tiled_no_halo", tutorial::tiled_no_halo},
    {"tiled_no_barrier", tutorial::tiled_no_barrier},
    {"tiled_returns", tutorial::tiled_returns},
    {"tiled", tutorial::tiled},
    {"several_no_barrier", tutorial::several_no_barrier},
    {"several", tutorial::several},
    {"in_place", [](const float* x, float* y, int size, cudaStream_t stream) {
       cudaMemcpyAsync(y, x, static_cast<size_t>(size) * sizeof(float), cudaMemcpyDeviceToDevice,
                       stream);
       return tutorial::in_place(y, size, stream);
     }}};

}  // namespace

int main(int argc, char** argv) {
  const auto filter = kFilters.find(argc > 1 ? argv[1] : "");
  if (filter == kFilters.end()) {
    std::fprintf(stderr, "usage: tutorial NAME\n");
    return 2;
  }
  const std::vector<float> x = input();
  std::vector<float> y(x.size());
  const size_t bytes = x.size() * sizeof(float);
  cudaStream_t stream = nullptr;
  cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  void *device_x = nullptr, *device_y = nullptr;
  cudaMalloc(&device_x, bytes);
  cudaMalloc(&device_y, bytes);
  cudaMemcpyAsync(device_x, x.data(), bytes, cudaMemcpyHostToDevice, stream);
  filter->second(static_cast<const float*>(device_x), static_cast<float*>(device_y), kSize, stream);
  cudaMemcpyAsync(y.data(), device_y, bytes, cudaMemcpyDeviceToHost, stream);
  const cudaError_t error = cudaStreamSynchronize(stream);
  std::printf("%s, %s\n", cudaGetErrorString(error), right(x, y) ? "right" : "wrong");
  cudaFree(device_x);
  cudaFree(device_y);
  cudaStreamDestroy(stream);
}
