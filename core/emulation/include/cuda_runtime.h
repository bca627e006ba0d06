// SPDX-License-Identifier: Apache-2.0
// A CUDA runtime for the ordinary C++ compiler (C++20): kernels run on the CPU, thread by thread,
// and are checked. Found instead of the toolkit's header by the include path alone; nvcc never sees
// it. See docs/emulation.md.
#pragma once
#include "cuda_emulation/async_copy.h"
#include "cuda_emulation/atomics.h"
#include "cuda_emulation/barrier.h"
#include "cuda_emulation/bits.h"
#include "cuda_emulation/launch.h"
#include "cuda_emulation/math.h"
#include "cuda_emulation/matrix.h"
#include "cuda_emulation/memory_access.h"
#include "cuda_emulation/warp.h"
#include "cuda_runtime_api.h"
#include "vector_functions.h"

inline namespace cuda_emulated {

template <class T>
inline __attribute__((always_inline)) cudaError_t cudaMalloc(T** pointer, size_t bytes) {
  return cudaMalloc(reinterpret_cast<void**>(pointer), bytes);
}
template <class T>
inline __attribute__((always_inline)) cudaError_t cudaMallocHost(T** pointer, size_t bytes,
                                                                 unsigned flags = 0) {
  return cudaMallocHost(reinterpret_cast<void**>(pointer), bytes, flags);
}
template <class T>
inline __attribute__((always_inline)) cudaError_t cudaHostAlloc(T** pointer, size_t bytes,
                                                                unsigned flags) {
  return cudaHostAlloc(reinterpret_cast<void**>(pointer), bytes, flags);
}
template <class T>
inline __attribute__((always_inline)) cudaError_t cudaMallocAsync(T** pointer, size_t bytes,
                                                                  cudaStream_t stream) {
  return cudaMallocAsync(reinterpret_cast<void**>(pointer), bytes, stream);
}
template <class T>
inline __attribute__((always_inline)) cudaError_t cudaMallocManaged(
    T** pointer, size_t bytes, unsigned flags = cudaMemAttachGlobal) {
  return cudaMallocManaged(reinterpret_cast<void**>(pointer), bytes, flags);
}

template <class Kernel>
inline cudaError_t cudaFuncSetAttribute(Kernel* kernel, cudaFuncAttribute attribute, int value) {
  return cuda_emulation::set_function_attribute(reinterpret_cast<const void*>(kernel), attribute,
                                                value);
}
template <class Kernel>
inline cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, Kernel* kernel) {
  return cuda_emulation::get_function_attributes(attributes, reinterpret_cast<const void*>(kernel));
}
template <class Kernel>
inline cudaError_t cudaFuncSetCacheConfig(Kernel*, cudaFuncCache) {
  return cudaSuccess;
}
template <class Kernel>
inline cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel* kernel,
                                                                 int block_size,
                                                                 size_t dynamic_shared) {
  return cuda_emulation::active_blocks(blocks, reinterpret_cast<const void*>(kernel), block_size,
                                       dynamic_shared);
}
template <class Kernel>
inline cudaError_t cudaOccupancyMaxPotentialBlockSize(int* min_grid, int* block_size,
                                                      Kernel* kernel, size_t dynamic_shared = 0,
                                                      int limit = 0) {
  return cuda_emulation::best_block_size(
      min_grid, block_size, reinterpret_cast<const void*>(kernel), dynamic_shared, limit);
}

}  // namespace cuda_emulated
