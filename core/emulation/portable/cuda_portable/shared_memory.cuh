// SPDX-License-Identifier: Apache-2.0
// Dynamic shared memory: `extern __shared__ T x[]` is the one declaration that the emulation cannot
// spell.
#pragma once
#include <cuda_runtime.h>

namespace cuda_portable {

// The block's dynamic shared memory, 128-byte aligned; its size is the launch's shared_bytes.
template <class T>
__device__ __forceinline__ T* dynamic_shared() {
#ifdef CUDA_EMULATION
  return static_cast<T*>(::cuda_emulation::this_thread.dynamic_shared);
#else
  extern __shared__ __align__(128) unsigned char cuda_portable_dynamic_shared[];
  return reinterpret_cast<T*>(cuda_portable_dynamic_shared);
#endif
}

}  // namespace cuda_portable
