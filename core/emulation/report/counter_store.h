// SPDX-License-Identifier: Apache-2.0
// The counters of all kernels.
#pragma once
#include "cuda_emulation/counters.h"

namespace cuda_emulation {

// Of the kernel at this address; stays in place until reset_counters.
KernelCounters& counters_of(const void* function);
bool counters_enabled();

}  // namespace cuda_emulation
