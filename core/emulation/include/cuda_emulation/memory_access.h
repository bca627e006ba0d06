// SPDX-License-Identifier: Apache-2.0
// Loads and stores with cache hints, which have no effect here, and the clocks.
#pragma once
#include "cuda_emulation/thread.h"

inline namespace cuda_emulated {

#define CUDA_EMULATION_LOAD(name)                                  \
  template <class T>                                               \
  inline __attribute__((always_inline)) T name(const T* address) { \
    return *address;                                               \
  }
CUDA_EMULATION_LOAD(__ldg)
CUDA_EMULATION_LOAD(__ldca)
CUDA_EMULATION_LOAD(__ldcg)
CUDA_EMULATION_LOAD(__ldcs)
CUDA_EMULATION_LOAD(__ldlu)
CUDA_EMULATION_LOAD(__ldcv)
#undef CUDA_EMULATION_LOAD

#define CUDA_EMULATION_STORE(name)                                       \
  template <class T>                                                     \
  inline __attribute__((always_inline)) void name(T* address, T value) { \
    *address = value;                                                    \
  }
CUDA_EMULATION_STORE(__stwb)
CUDA_EMULATION_STORE(__stcg)
CUDA_EMULATION_STORE(__stcs)
CUDA_EMULATION_STORE(__stwt)
#undef CUDA_EMULATION_STORE

long long clock64();
inline void __nanosleep(unsigned) {}
inline void __prof_trigger(int) {}

}  // namespace cuda_emulated
