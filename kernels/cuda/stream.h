// SPDX-License-Identifier: Apache-2.0
// Where a context's kernels go.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/runtime/cuda_error.h>
#include <fovea/core/runtime/stream.h>

#include <cuda_runtime.h>

namespace fovea::cuda {

// The context's stream; its device becomes the current one of the calling thread.
inline cudaStream_t stream_of(const Context& ctx) {
  check(cudaSetDevice(ctx.device().index), "cudaSetDevice");
  return static_cast<cudaStream_t>(ctx.stream().handle());
}

// Multiprocessors of the context's device.
inline int multiprocessors(const Context& ctx) {
  int count = 0;
  check(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, ctx.device().index),
        "cudaDeviceGetAttribute");
  return count;
}

}  // namespace fovea::cuda
