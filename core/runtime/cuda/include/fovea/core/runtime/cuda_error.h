// SPDX-License-Identifier: Apache-2.0
// Errors of the CUDA runtime as DeviceError. For the sources of the CUDA backend only.
#pragma once

#include <cuda_runtime.h>

#include <string>

namespace fovea::cuda {

// What this binary has code for: "sm_80, sm_90 and PTX".
std::string architectures();

// Says what was attempted, on the device that is current, and what to do. Clears the error where
// the device survives it.
[[noreturn]] void throw_device_error(cudaError_t error, const std::string& attempt);

// `attempt`: the call or kernel.
inline void check(cudaError_t error, const char* attempt) {
  if (error != cudaSuccess) throw_device_error(error, attempt);
}

}  // namespace fovea::cuda
