// SPDX-License-Identifier: Apache-2.0
// What the compiler calls for every access of code that it compiled with -fsanitize=thread.
// ThreadSanitizer's library is not linked; these take its place.
#include "check/kernel_checker.h"
#include "cuda_emulation/thread.h"

#include <cstring>

namespace cuda_emulation {
namespace {

using Size = unsigned long;

inline __attribute__((always_inline)) void check(const void* address, Size bytes, Access kind,
                                                 const void* pc) {
  if (this_thread.lane) kernel_checker().access(address, bytes, kind, pc);
}

template <Size bytes>
inline __attribute__((always_inline)) void check_aligned(const void* address, Access kind,
                                                         const void* pc) {
  if (!this_thread.lane) return;
  if (reinterpret_cast<uintptr_t>(address) % bytes) kernel_checker().misaligned(address, bytes, pc);
  kernel_checker().access(address, bytes, kind, pc);
}

}  // namespace
}  // namespace cuda_emulation

using cuda_emulation::Access;

#define HERE __builtin_return_address(0)

#define ACCESSES(n)                                                                             \
  void __tsan_read##n(void* p) { cuda_emulation::check_aligned<n>(p, Access::read, HERE); }     \
  void __tsan_write##n(void* p) { cuda_emulation::check_aligned<n>(p, Access::write, HERE); }   \
  void __tsan_unaligned_read##n(void* p) { cuda_emulation::check(p, n, Access::read, HERE); }   \
  void __tsan_unaligned_write##n(void* p) { cuda_emulation::check(p, n, Access::write, HERE); } \
  void __tsan_volatile_read##n(void* p) {                                                       \
    cuda_emulation::check_aligned<n>(p, Access::read, HERE);                                    \
  }                                                                                             \
  void __tsan_volatile_write##n(void* p) {                                                      \
    cuda_emulation::check_aligned<n>(p, Access::write, HERE);                                   \
  }                                                                                             \
  void __tsan_unaligned_volatile_read##n(void* p) {                                             \
    cuda_emulation::check(p, n, Access::read, HERE);                                            \
  }                                                                                             \
  void __tsan_unaligned_volatile_write##n(void* p) {                                            \
    cuda_emulation::check(p, n, Access::write, HERE);                                           \
  }                                                                                             \
  void __tsan_read_write##n(void* p) {                                                          \
    cuda_emulation::check_aligned<n>(p, Access::read, HERE);                                    \
    cuda_emulation::check(p, n, Access::write, HERE);                                           \
  }                                                                                             \
  void __tsan_unaligned_read_write##n(void* p) {                                                \
    cuda_emulation::check(p, n, Access::read, HERE);                                            \
    cuda_emulation::check(p, n, Access::write, HERE);                                           \
  }

// The language's own atomic operations, which host code in a .cu file may use.
#define ATOMICS(bits, T)                                                                    \
  T __tsan_atomic##bits##_load(const volatile T* p, int) {                                  \
    return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                            \
  }                                                                                         \
  void __tsan_atomic##bits##_store(volatile T* p, T v, int) {                               \
    __atomic_store_n(p, v, __ATOMIC_SEQ_CST);                                               \
  }                                                                                         \
  T __tsan_atomic##bits##_exchange(volatile T* p, T v, int) {                               \
    return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);                                     \
  }                                                                                         \
  T __tsan_atomic##bits##_fetch_add(volatile T* p, T v, int) {                              \
    return __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST);                                      \
  }                                                                                         \
  T __tsan_atomic##bits##_fetch_sub(volatile T* p, T v, int) {                              \
    return __atomic_fetch_sub(p, v, __ATOMIC_SEQ_CST);                                      \
  }                                                                                         \
  T __tsan_atomic##bits##_fetch_and(volatile T* p, T v, int) {                              \
    return __atomic_fetch_and(p, v, __ATOMIC_SEQ_CST);                                      \
  }                                                                                         \
  T __tsan_atomic##bits##_fetch_or(volatile T* p, T v, int) {                               \
    return __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST);                                       \
  }                                                                                         \
  T __tsan_atomic##bits##_fetch_xor(volatile T* p, T v, int) {                              \
    return __atomic_fetch_xor(p, v, __ATOMIC_SEQ_CST);                                      \
  }                                                                                         \
  T __tsan_atomic##bits##_fetch_nand(volatile T* p, T v, int) {                             \
    return __atomic_fetch_nand(p, v, __ATOMIC_SEQ_CST);                                     \
  }                                                                                         \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile T* p, T* e, T v, int, int) {   \
    return __atomic_compare_exchange_n(p, e, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
  }                                                                                         \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile T* p, T* e, T v, int, int) {     \
    return __atomic_compare_exchange_n(p, e, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
  }                                                                                         \
  T __tsan_atomic##bits##_compare_exchange_val(volatile T* p, T e, T v, int, int) {         \
    __atomic_compare_exchange_n(p, &e, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);       \
    return e;                                                                               \
  }

extern "C" {

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)
ATOMICS(8, unsigned char)
ATOMICS(16, unsigned short)
ATOMICS(32, unsigned)
ATOMICS(64, unsigned long)

// Called at the beginning of every basic block, for -fsanitize-coverage=trace-pc.
void __sanitizer_cov_trace_pc() {
  if (cuda_emulation::this_thread.lane) cuda_emulation::kernel_checker().step(HERE);
}

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_atomic_thread_fence(int) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
void __tsan_atomic_signal_fence(int) {}

void __tsan_read_range(void* p, unsigned long bytes) {
  if (bytes) cuda_emulation::check(p, bytes, Access::read, HERE);
}
void __tsan_write_range(void* p, unsigned long bytes) {
  if (bytes) cuda_emulation::check(p, bytes, Access::write, HERE);
}
void* __tsan_memcpy(void* to, const void* from, unsigned long bytes) {
  if (bytes) {
    cuda_emulation::check(from, bytes, Access::read, HERE);
    cuda_emulation::check(to, bytes, Access::write, HERE);
  }
  return std::memcpy(to, from, bytes);
}
void* __tsan_memmove(void* to, const void* from, unsigned long bytes) {
  if (bytes) {
    cuda_emulation::check(from, bytes, Access::read, HERE);
    cuda_emulation::check(to, bytes, Access::write, HERE);
  }
  return std::memmove(to, from, bytes);
}
void* __tsan_memset(void* to, int value, unsigned long bytes) {
  if (bytes) cuda_emulation::check(to, bytes, Access::write, HERE);
  return std::memset(to, value, bytes);
}

}  // extern "C"
