// SPDX-License-Identifier: Apache-2.0
// CUDA's qualifiers for an ordinary C++ compiler, which compiles host and device code as one.
#pragma once

#define CUDA_EMULATION 1

#define __global__
#define __device__
#define __host__
#define __constant__
#define __grid_constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))

// A __shared__ variable is one object per worker thread, which runs one block at a time, so blocks
// run in parallel. Checked: far apart, so that an overrun meets a gap. AddressSanitizer: plain
// statics, which it surrounds with red zones; the runtime then keeps to one worker.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__  // which GCC defines itself
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define __shared__ static
#elif defined(CUDA_EMULATION_CHECKED)
#define __shared__ static thread_local __attribute__((aligned(65536)))
#else
#define __shared__ static thread_local
#endif

// The place of a call, as default arguments: two barriers may share a line, so the column counts
// too.
#if defined(__clang__)
#define CUDA_EMULATION_COLUMN unsigned(__builtin_COLUMN())
#else
#include <source_location>
#define CUDA_EMULATION_COLUMN unsigned(std::source_location::current().column())
#endif
#define CUDA_EMULATION_SITE                                                    \
  ::cuda_emulation::Site site = {__builtin_FILE(), unsigned(__builtin_LINE()), \
                                 CUDA_EMULATION_COLUMN}

namespace cuda_emulation {
// Where in the source a collective was called.
struct Site {
  const char* file;
  unsigned line;
  unsigned column;
};
}  // namespace cuda_emulation
