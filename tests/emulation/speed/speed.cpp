// SPDX-License-Identifier: Apache-2.0
// What the emulation takes for elementary things and for AlexNet's second convolution. Prints the
// best of a few runs.
#include "speed.cuh"

#include "kernels/convolution.cuh"

#include <cuda_emulation/configuration.h>
#include <cuda_portable/launch.cuh>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

using cuda_portable::launch;

namespace {

void require(cudaError_t error) {
  if (error == cudaSuccess) return;
  std::fprintf(stderr, "%s\n", cudaGetErrorString(error));
  std::exit(1);
}

template <class F>
double best_seconds(int repetitions, F work) {
  double best = 1e9;
  for (int i = 0; i < repetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    require(cudaDeviceSynchronize());
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

void print(const char* what, double seconds, double count, const char* unit) {
  std::printf("%-44s %10.3f ms %10.1f ns a %s\n", what, seconds * 1e3, seconds * 1e9 / count, unit);
}

float* allocate(std::size_t count) {
  float* memory = nullptr;
  require(cudaMalloc(&memory, count * sizeof(float)));
  require(cudaMemset(memory, 0, count * sizeof(float)));
  return memory;
}

}  // namespace

int main() {
  const bool checked = cuda_emulation::checked();
  const int scale = checked ? 10 : 1, repetitions = checked ? 1 : 5;
  float *a = allocate(1 << 20), *b = allocate(1 << 20);

  print("empty launch",
        best_seconds(repetitions,
                     [] {
                       for (int i = 0; i < 200; ++i) require(launch(nothing, 1, 1, 0, nullptr));
                     }),
        200, "launch");
  for (const int block : {32, 256, 1024}) {
    const int rounds = 2000000 / block / scale;
    char name[64];
    std::snprintf(name, sizeof name, "__syncthreads, blocks of %d", block);
    print(name,
          best_seconds(repetitions,
                       [&] { require(launch(many_barriers, 4, block, 0, nullptr, rounds)); }),
          4.0 * block * rounds, "thread");
  }
  const int shuffles = 4000 / scale;
  print("__shfl_xor_sync, blocks of 256",
        best_seconds(repetitions,
                     [&] { require(launch(many_shuffles, 1, 256, 0, nullptr, a, shuffles)); }),
        256.0 * shuffles, "lane");
  const int products = 10000 / scale;
  print("mma.m16n8k16",
        best_seconds(repetitions,
                     [&] { require(launch(many_products, 1, 32, 0, nullptr, a, products)); }),
        2048.0 * products, "multiply-add");
  print("an elementwise kernel",
        best_seconds(
            repetitions,
            [&] { require(launch(rectify, (1 << 20) / 256, 256, 0, nullptr, a, b, 1 << 20)); }),
        1 << 20, "thread");

  const Convolution conv2{1, 96, 27, 27, 256, 5, 2};
  float *x = allocate(96 * 27 * 27), *f = allocate(256 * 96 * 25), *y = allocate(256 * 27 * 27);
  print("AlexNet's second convolution, one picture",
        best_seconds(repetitions, [&] { require(convolve(x, f, y, conv2, nullptr)); }), 448e6,
        "multiply-add");
  for (float* memory : {a, b, x, f, y}) require(cudaFree(memory));
}
