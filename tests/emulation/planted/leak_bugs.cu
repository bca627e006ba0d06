// SPDX-License-Identifier: Apache-2.0
// Memory that nobody frees.
#include "bug.h"
#include "support.h"

namespace planted {

namespace {

bool leaks_device_memory(bool fixed) {
  float* memory = nullptr;
  cudaMalloc(&memory, 1024);  // bug: leaks_device_memory
  if (fixed) cudaFree(memory);
  return true;
}

// The pointer to the first half of the work is overwritten.
bool leaks_overwritten_pointer(bool fixed) {
  float* memory = nullptr;
  for (int i = 0; i < 2; ++i) {
    cudaMalloc(&memory, 512);  // bug: leaks_overwritten_pointer
    if (fixed && i == 0) cudaFree(memory);
  }
  cudaFree(memory);
  return true;
}

bool leaks_pinned_memory(bool fixed) {
  float* memory = nullptr;
  cudaMallocHost(&memory, 4096);  // bug: leaks_pinned_memory
  if (fixed) cudaFreeHost(memory);
  return true;
}

bool leaks_pool_memory(bool fixed) {
  const Stream stream;
  float* memory = nullptr;
  cudaMallocAsync(&memory, 4096, stream);  // bug: leaks_pool_memory
  if (fixed) cudaFreeAsync(memory, stream);
  return cudaStreamSynchronize(stream) == cudaSuccess;
}

}  // namespace

Bugs leak_bugs() {
#define BUG(name) \
  { #name, __FILE__, name, "leak", nullptr, Notices::nothing, Notices::nothing }
  return {
      BUG(leaks_device_memory),
      BUG(leaks_overwritten_pointer),
      BUG(leaks_pinned_memory),
      BUG(leaks_pool_memory),
  };
#undef BUG
}

}  // namespace planted
