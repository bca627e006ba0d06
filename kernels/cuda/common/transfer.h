// SPDX-License-Identifier: Apache-2.0
// Small values between the host and a context's device, in the order of its stream.
#pragma once

#include "cuda/stream.h"

#include <span>

namespace fovea::cuda {

// `values` may change as soon as it returns.
template <class T>
void upload(const Context& ctx, std::span<const T> values, T* to) {
  if (values.empty()) return;
  check(cudaMemcpyAsync(to, values.data(), values.size_bytes(), cudaMemcpyHostToDevice,
                        stream_of(ctx)),
        "copy to the GPU");
}

// Waits for everything before it in the stream.
template <class T>
T fetch(const Context& ctx, const T* from) {
  T value;
  const cudaStream_t stream = stream_of(ctx);
  check(cudaMemcpyAsync(&value, from, sizeof value, cudaMemcpyDeviceToHost, stream),
        "copy from the GPU");
  check(cudaStreamSynchronize(stream), "waiting for the GPU");
  return value;
}

}  // namespace fovea::cuda
