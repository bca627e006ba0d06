// SPDX-License-Identifier: Apache-2.0
#include "runtime/error_state.h"

#include "cuda_runtime_api.h"
#include "runtime/device.h"

#include <atomic>

namespace cuda_emulation {
namespace {

thread_local cudaError_t last_error = cudaSuccess;
std::atomic<cudaError_t> sticky[max_devices];

}  // namespace

cudaError_t set_last_error(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

cudaError_t sticky_error(int device) { return sticky[device]; }

void set_sticky_error(int device, cudaError_t error) {
  cudaError_t none = cudaSuccess;
  sticky[device].compare_exchange_strong(none, error);
}

void clear_sticky_error(int device) { sticky[device] = cudaSuccess; }

}  // namespace cuda_emulation

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaPeekAtLastError() {
  const cudaError_t sticky = sticky_error(current_device());
  return sticky != cudaSuccess ? sticky : last_error;
}

cudaError_t cudaGetLastError() {
  const cudaError_t error = cudaPeekAtLastError();
  last_error = cudaSuccess;
  return error;
}

const char* cudaGetErrorName(cudaError_t error) {
#define CUDA_EMULATION_ERROR(name, value, text) \
  case name:                                    \
    return #name;
  switch (error) {
#include "cuda_emulation/error_list.inc"
  }
  return "unrecognized error code";
}

const char* cudaGetErrorString(cudaError_t error) {
#undef CUDA_EMULATION_ERROR
#define CUDA_EMULATION_ERROR(name, value, text) \
  case name:                                    \
    return text;
  switch (error) {
#include "cuda_emulation/error_list.inc"
  }
#undef CUDA_EMULATION_ERROR
  return "unrecognized error code";
}

}  // namespace cuda_emulated
