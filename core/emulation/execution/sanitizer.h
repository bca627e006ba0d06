// SPDX-License-Identifier: Apache-2.0
// AddressSanitizer's interface, if the program is linked with it: the emulation is compiled once,
// without a sanitizer.
#pragma once
#include <cstddef>

extern "C" {
__attribute__((weak)) void __sanitizer_start_switch_fiber(void** save, const void* low,
                                                          size_t size);
__attribute__((weak)) void __sanitizer_finish_switch_fiber(void* saved, const void** low,
                                                           size_t* size);
__attribute__((weak)) void __asan_poison_memory_region(const volatile void* address, size_t size);
__attribute__((weak)) void __asan_unpoison_memory_region(const volatile void* address, size_t size);
}

namespace cuda_emulation {

inline void asan_poison(const void* address, size_t size) {
  if (__asan_poison_memory_region) __asan_poison_memory_region(address, size);
}
inline void asan_unpoison(const void* address, size_t size) {
  if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(address, size);
}

}  // namespace cuda_emulation
