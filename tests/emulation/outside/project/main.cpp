// SPDX-License-Identifier: Apache-2.0
// outside COUNT: saxpy over COUNT elements of arrays that have 1000. Prints the result and how the
// run ended.
#include "saxpy.cuh"

#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int, char** argv) {
  std::vector<float> host(1000, 1.0f);
  const size_t bytes = host.size() * sizeof(float);
  void *x = nullptr, *y = nullptr;
  cudaMalloc(&x, bytes);
  cudaMalloc(&y, bytes);
  cudaMemcpy(x, host.data(), bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(y, host.data(), bytes, cudaMemcpyHostToDevice);
  saxpy(2.0f, static_cast<float*>(x), static_cast<float*>(y), std::atoi(argv[1]));
  cudaMemcpy(host.data(), y, bytes, cudaMemcpyDeviceToHost);
  std::printf("y[999] = %g: %s\n", double(host[999]), cudaGetErrorString(cudaDeviceSynchronize()));
}
