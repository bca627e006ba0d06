// SPDX-License-Identifier: Apache-2.0
// A value that the compiler must not foresee.
#pragma once
#include <cuda_runtime.h>

namespace cuda_portable {

// `value`. What follows from it is computed where it is used: the compiler does not move it out of
// a loop, which would keep it in registers there.
__device__ __forceinline__ unsigned opaque(unsigned value) {
  asm volatile("" : "+r"(value));
  return value;
}

}  // namespace cuda_portable
