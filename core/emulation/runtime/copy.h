// SPDX-License-Identifier: Apache-2.0
// Copies and sets as operations of streams.
#pragma once
#include "execution/checker.h"
#include "runtime/stream.h"

namespace cuda_emulation {

struct Copy {
  void* dst;
  size_t dst_pitch;
  const void* src;
  size_t src_pitch;
  size_t width, height;  // bytes, rows
  cudaMemcpyKind kind;
};

enum class Waiting { stream, host };  // who waits for the copy

// When the host may go on, beside what it asked for: pageable memory is read before the call
// returns, and written before it returns; a copy within device memory is waited for by nobody.
cudaError_t copy(const ApiCall& call, const Copy& request, cudaStream_t stream, Waiting waiting);

cudaError_t copy_between_devices(const ApiCall& call, void* dst, int dst_device, const void* src,
                                 int src_device, size_t bytes, cudaStream_t stream);

struct Set {
  void* dst;
  size_t pitch;
  int value;
  size_t width, height;
};
cudaError_t set(const ApiCall& call, const Set& request, cudaStream_t stream);

}  // namespace cuda_emulation
