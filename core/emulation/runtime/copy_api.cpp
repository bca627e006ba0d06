// SPDX-License-Identifier: Apache-2.0
// cudaMemcpy and cudaMemset in all forms.
#include "cuda_runtime_api.h"
#include "runtime/copy.h"

#define CALL(function) \
  { function, __builtin_return_address(0) }

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaMemcpy(void* dst, const void* src, size_t bytes, cudaMemcpyKind kind) {
  return copy(CALL("cudaMemcpy"), {dst, bytes, src, bytes, bytes, 1, kind}, nullptr, Waiting::host);
}

cudaError_t cudaMemcpyAsync(void* dst, const void* src, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return copy(CALL("cudaMemcpyAsync"), {dst, bytes, src, bytes, bytes, 1, kind}, stream,
              Waiting::stream);
}

cudaError_t cudaMemcpy2D(void* dst, size_t dst_pitch, const void* src, size_t src_pitch,
                         size_t width, size_t height, cudaMemcpyKind kind) {
  return copy(CALL("cudaMemcpy2D"), {dst, dst_pitch, src, src_pitch, width, height, kind}, nullptr,
              Waiting::host);
}

cudaError_t cudaMemcpy2DAsync(void* dst, size_t dst_pitch, const void* src, size_t src_pitch,
                              size_t width, size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream) {
  return copy(CALL("cudaMemcpy2DAsync"), {dst, dst_pitch, src, src_pitch, width, height, kind},
              stream, Waiting::stream);
}

cudaError_t cudaMemcpyPeer(void* dst, int dst_device, const void* src, int src_device,
                           size_t bytes) {
  return copy_between_devices(CALL("cudaMemcpyPeer"), dst, dst_device, src, src_device, bytes,
                              nullptr);
}

cudaError_t cudaMemcpyPeerAsync(void* dst, int dst_device, const void* src, int src_device,
                                size_t bytes, cudaStream_t stream) {
  return copy_between_devices(CALL("cudaMemcpyPeerAsync"), dst, dst_device, src, src_device, bytes,
                              stream);
}

cudaError_t cudaMemset(void* dst, int value, size_t bytes) {
  return set(CALL("cudaMemset"), {dst, bytes, value, bytes, 1}, nullptr);
}

cudaError_t cudaMemsetAsync(void* dst, int value, size_t bytes, cudaStream_t stream) {
  return set(CALL("cudaMemsetAsync"), {dst, bytes, value, bytes, 1}, stream);
}

cudaError_t cudaMemset2DAsync(void* dst, size_t pitch, int value, size_t width, size_t height,
                              cudaStream_t stream) {
  return set(CALL("cudaMemset2DAsync"), {dst, pitch, value, width, height}, stream);
}

}  // namespace cuda_emulated
