// SPDX-License-Identifier: Apache-2.0
// What is known of kernels: attributes that the program set, and static shared memory.
#pragma once
#include <cstddef>

namespace cuda_emulation {

// Bytes of the __shared__ variables declared in the kernel itself; those of device functions that
// it calls are not counted.
size_t static_shared_bytes(const void* function);
// The largest dynamic shared memory that a launch may ask for.
size_t dynamic_shared_limit(const void* function);

}  // namespace cuda_emulation
