// SPDX-License-Identifier: Apache-2.0
// One program with the emulated runtime and the toolkit's own: each answers its own callers.
#include <cuda_runtime.h>

#include <cstdio>

int version_of_toolkit();  // theirs.cpp

int main() {
  int devices = 0, version = 0;
  float* memory = nullptr;
  const bool ours = cudaGetDeviceCount(&devices) == cudaSuccess && devices > 0 &&
                    cudaRuntimeGetVersion(&version) == cudaSuccess &&
                    cudaMalloc(&memory, 16) == cudaSuccess && cudaFree(memory) == cudaSuccess;
  const int theirs = version_of_toolkit();
  std::printf("emulated: %s, toolkit: %d\n", ours ? "works" : "fails", theirs);
  return ours && theirs >= 12000 ? 0 : 1;
}
