// SPDX-License-Identifier: Apache-2.0
#include "cuda_emulation/memory_access.h"
#include "cuda_emulation/thread.h"

#include <chrono>

inline namespace cuda_emulated {

__thread uint3 threadIdx = {0, 0, 0};
__thread uint3 blockIdx = {0, 0, 0};
__thread dim3 blockDim = dim3(1, 1, 1);
__thread dim3 gridDim = dim3(1, 1, 1);

long long clock64() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace cuda_emulated

namespace cuda_emulation {

__thread ThreadContext this_thread = {nullptr, nullptr, nullptr};

}  // namespace cuda_emulation
