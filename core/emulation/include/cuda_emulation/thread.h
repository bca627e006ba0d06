// SPDX-License-Identifier: Apache-2.0
// What a running kernel thread sees of itself.
#pragma once
#include "cuda_emulation/qualifiers.h"
#include "driver_types.h"
#include "vector_functions.h"

#include <cstddef>
#include <cstring>

inline namespace cuda_emulated {

// Real variables, since cudaLaunchConfig_t has members with some of these names; __thread and
// initial-exec, since a kernel reads them often and needs no initialisation check.
#define CUDA_EMULATION_THREAD extern __thread __attribute__((tls_model("initial-exec")))
CUDA_EMULATION_THREAD uint3 threadIdx;
CUDA_EMULATION_THREAD uint3 blockIdx;
CUDA_EMULATION_THREAD dim3 blockDim;
CUDA_EMULATION_THREAD dim3 gridDim;

constexpr int warpSize = 32;

}  // namespace cuda_emulated

using namespace cuda_emulated;  // says nothing new to the compiler, but lets gdb find threadIdx

namespace cuda_emulation {

struct Lane;
class ThreadBlock;

// The running thread, or nulls outside of kernels.
struct ThreadContext {
  Lane* lane;
  ThreadBlock* block;
  void* dynamic_shared;
};
CUDA_EMULATION_THREAD ThreadContext this_thread;
#undef CUDA_EMULATION_THREAD

inline unsigned linear_thread() {
  return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
}
inline int lane_id() { return int(linear_thread() & 31u); }

// Ends the block of the calling thread and, through the device's sticky error, its launch; the
// report names kernel, block, thread and site. `kind` is the report's stable identifier.
[[noreturn]] void fail_kernel(cudaError_t error, const char* kind, const Site& site,
                              const char* format, ...) __attribute__((format(printf, 4, 5)));

template <class To, class From>
inline To bit_cast(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

}  // namespace cuda_emulation
