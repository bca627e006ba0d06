// SPDX-License-Identifier: Apache-2.0
// The one way to launch a kernel that is ordinary C++ for nvcc and for the emulation, in .cu and
// .cpp files alike:
//   launch(kernel<float>, grid, block, shared_bytes, stream, arguments...)
#pragma once
#include <cuda_runtime.h>

#include <cstddef>
#include <utility>

namespace cuda_portable {

// The error is that of the launch itself; what the kernel does wrong is returned by a later call.
template <class... P, class... A>
inline __attribute__((always_inline)) cudaError_t launch(void (*kernel)(P...), dim3 grid, dim3 block, std::size_t shared_bytes,
                          cudaStream_t stream, A&&... arguments) {
  static_assert(sizeof...(P) == sizeof...(A), "wrong number of kernel arguments");
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernel, static_cast<P>(std::forward<A>(arguments))...);
}

// Lets later launches of the kernel ask for more than 48 KB of dynamic shared memory: up to 163 KB
// on sm_80, 227 KB on sm_90.
template <class... P>
inline cudaError_t allow_shared_memory(void (*kernel)(P...), std::size_t bytes) {
  return cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, int(bytes));
}

}  // namespace cuda_portable
