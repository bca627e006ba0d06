// SPDX-License-Identifier: Apache-2.0
// Asynchronous copies from global to shared memory: cp.async on sm_80 and later, ordinary copies
// before.
//   async_copy<16>(&tile[i], &x[i]);  async_copy_commit();  async_copy_wait<0>();  __syncthreads();
#pragma once
#include <cuda_runtime.h>

namespace cuda_portable {

#ifdef CUDA_EMULATION

template <int bytes>
inline void async_copy(void* shared, const void* global, int src_bytes = bytes,
                       CUDA_EMULATION_SITE) {
  static_assert(bytes == 4 || bytes == 8 || bytes == 16, "cp.async copies 4, 8 or 16 bytes");
  ::cuda_emulation::async_copy(shared, global, bytes, src_bytes, site);
}
inline void async_copy_commit() { ::cuda_emulation::async_copy_commit(); }
template <int pending>
inline void async_copy_wait() {
  ::cuda_emulation::async_copy_wait(pending);
}

#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800

template <int bytes>
__device__ __forceinline__ void async_copy(void* shared, const void* global,
                                           int src_bytes = bytes) {
  static_assert(bytes == 4 || bytes == 8 || bytes == 16, "cp.async copies 4, 8 or 16 bytes");
  struct alignas(bytes) Block {
    unsigned char byte[bytes];
  };
  Block block{};
  if (src_bytes == bytes) {
    block = *static_cast<const Block*>(global);
  } else {
    for (int i = 0; i < src_bytes; ++i)
      block.byte[i] = static_cast<const unsigned char*>(global)[i];
  }
  *static_cast<Block*>(shared) = block;
}
__device__ __forceinline__ void async_copy_commit() {}
template <int pending>
__device__ __forceinline__ void async_copy_wait() {}

#else

// Copies src_bytes (<= bytes) and fills the rest with zeros; with 0 the source is not read. Both
// addresses are aligned to `bytes`.
template <int bytes>
__device__ __forceinline__ void async_copy(void* shared, const void* global,
                                           int src_bytes = bytes) {
  static_assert(bytes == 4 || bytes == 8 || bytes == 16, "cp.async copies 4, 8 or 16 bytes");
  const unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  if constexpr (bytes == 16) {  // past L1
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(address), "l"(global),
                 "r"(src_bytes)
                 : "memory");
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;\n" ::"r"(address), "l"(global),
                 "n"(bytes), "r"(src_bytes)
                 : "memory");
  }
}
// Closes the group of the copies issued so far.
__device__ __forceinline__ void async_copy_commit() {
  asm volatile("cp.async.commit_group;\n" ::: "memory");
}
// Waits until at most `pending` of the thread's groups are unfinished. What other threads copied
// needs a barrier as well.
template <int pending>
__device__ __forceinline__ void async_copy_wait() {
  asm volatile("cp.async.wait_group %0;\n" ::"n"(pending) : "memory");
}

#endif

}  // namespace cuda_portable
