// SPDX-License-Identifier: Apache-2.0
// Small values from the host to a context's device, in the order of its stream.
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

}  // namespace fovea::cuda
