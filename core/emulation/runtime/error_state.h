// SPDX-License-Identifier: Apache-2.0
// The errors that calls return later: each thread's last, and each device's sticky one.
#pragma once
#include "driver_types.h"

namespace cuda_emulation {

// Makes an error the calling thread's last; success changes nothing. Returns it.
cudaError_t set_last_error(cudaError_t error);

// A device whose kernel failed returns the same error from every call until cudaDeviceReset.
cudaError_t sticky_error(int device);
void set_sticky_error(int device, cudaError_t error);
void clear_sticky_error(int device);

}  // namespace cuda_emulation
