// SPDX-License-Identifier: Apache-2.0
// Atomic operations on global and shared memory. All are relaxed on a GPU; here they are atomic
// among worker threads too.
#pragma once
#include "cuda_emulation/thread.h"

#include <cstdint>

namespace cuda_emulation {

enum class AtomicOperation {
  add,
  sub,
  add_float,
  min_signed,
  max_signed,
  min_unsigned,
  max_unsigned,
  exchange,
  compare_exchange,
  bit_and,
  bit_or,
  bit_xor,
  increment_wrap,
  decrement_wrap
};
// Returns the old value. `compare` is used by compare_exchange only.
uint32_t atomic_32(AtomicOperation operation, void* address, uint32_t value, uint32_t compare = 0);
uint64_t atomic_64(AtomicOperation operation, void* address, uint64_t value, uint64_t compare = 0);
uint16_t atomic_compare_exchange_16(uint16_t* address, uint16_t compare, uint16_t value);

template <class T>
inline __attribute__((always_inline)) T atomic(AtomicOperation operation, T* address, T value,
                                               T compare = T()) {
  if constexpr (sizeof(T) == 4) {
    return bit_cast<T>(
        atomic_32(operation, address, bit_cast<uint32_t>(value), bit_cast<uint32_t>(compare)));
  } else {
    static_assert(sizeof(T) == 8);
    return bit_cast<T>(
        atomic_64(operation, address, bit_cast<uint64_t>(value), bit_cast<uint64_t>(compare)));
  }
}

}  // namespace cuda_emulation

inline namespace cuda_emulated {

#define CUDA_EMULATION_ATOMIC(name, type, operation)                                           \
  inline __attribute__((always_inline)) type name(type* address, type value) {                 \
    return cuda_emulation::atomic(cuda_emulation::AtomicOperation::operation, address, value); \
  }                                                                                            \
  inline __attribute__((always_inline)) type name##_block(type* address, type value) {         \
    return cuda_emulation::atomic(cuda_emulation::AtomicOperation::operation, address, value); \
  }                                                                                            \
  inline __attribute__((always_inline)) type name##_system(type* address, type value) {        \
    return cuda_emulation::atomic(cuda_emulation::AtomicOperation::operation, address, value); \
  }
CUDA_EMULATION_ATOMIC(atomicAdd, int, add)
CUDA_EMULATION_ATOMIC(atomicAdd, unsigned, add)
CUDA_EMULATION_ATOMIC(atomicAdd, unsigned long long, add)
CUDA_EMULATION_ATOMIC(atomicAdd, float, add_float)
CUDA_EMULATION_ATOMIC(atomicAdd, double, add_float)
CUDA_EMULATION_ATOMIC(atomicSub, int, sub)
CUDA_EMULATION_ATOMIC(atomicSub, unsigned, sub)
CUDA_EMULATION_ATOMIC(atomicMin, int, min_signed)
CUDA_EMULATION_ATOMIC(atomicMin, unsigned, min_unsigned)
CUDA_EMULATION_ATOMIC(atomicMin, long long, min_signed)
CUDA_EMULATION_ATOMIC(atomicMin, unsigned long long, min_unsigned)
CUDA_EMULATION_ATOMIC(atomicMax, int, max_signed)
CUDA_EMULATION_ATOMIC(atomicMax, unsigned, max_unsigned)
CUDA_EMULATION_ATOMIC(atomicMax, long long, max_signed)
CUDA_EMULATION_ATOMIC(atomicMax, unsigned long long, max_unsigned)
CUDA_EMULATION_ATOMIC(atomicExch, int, exchange)
CUDA_EMULATION_ATOMIC(atomicExch, unsigned, exchange)
CUDA_EMULATION_ATOMIC(atomicExch, unsigned long long, exchange)
CUDA_EMULATION_ATOMIC(atomicExch, float, exchange)
CUDA_EMULATION_ATOMIC(atomicAnd, int, bit_and)
CUDA_EMULATION_ATOMIC(atomicAnd, unsigned, bit_and)
CUDA_EMULATION_ATOMIC(atomicAnd, unsigned long long, bit_and)
CUDA_EMULATION_ATOMIC(atomicOr, int, bit_or)
CUDA_EMULATION_ATOMIC(atomicOr, unsigned, bit_or)
CUDA_EMULATION_ATOMIC(atomicOr, unsigned long long, bit_or)
CUDA_EMULATION_ATOMIC(atomicXor, int, bit_xor)
CUDA_EMULATION_ATOMIC(atomicXor, unsigned, bit_xor)
CUDA_EMULATION_ATOMIC(atomicXor, unsigned long long, bit_xor)
CUDA_EMULATION_ATOMIC(atomicInc, unsigned, increment_wrap)
CUDA_EMULATION_ATOMIC(atomicDec, unsigned, decrement_wrap)
#undef CUDA_EMULATION_ATOMIC

#define CUDA_EMULATION_ATOMIC_CAS(type)                                                           \
  inline __attribute__((always_inline)) type atomicCAS(type* address, type compare, type value) { \
    return cuda_emulation::atomic(cuda_emulation::AtomicOperation::compare_exchange, address,     \
                                  value, compare);                                                \
  }
CUDA_EMULATION_ATOMIC_CAS(int)
CUDA_EMULATION_ATOMIC_CAS(unsigned)
CUDA_EMULATION_ATOMIC_CAS(unsigned long long)
#undef CUDA_EMULATION_ATOMIC_CAS
inline unsigned short atomicCAS(unsigned short* address, unsigned short compare,
                                unsigned short value) {
  return cuda_emulation::atomic_compare_exchange_16(address, compare, value);
}

}  // namespace cuda_emulated
