// SPDX-License-Identifier: Apache-2.0
// How every kernel of ours is launched.
#pragma once

#include "cuda/stream.h"

#include <cuda_portable/launch.cuh>

#include <string>
#include <utility>

namespace fovea::cuda {

// Puts a kernel into the context's stream; no blocks are no work. Throws DeviceError naming the
// kernel when it cannot start. What it does wrong shows where its work is waited for.
template <class... P, class... A>
void launch(const Context& ctx, const char* name, void (*kernel)(P...), dim3 grid, dim3 block,
            size_t shared_bytes, A&&... arguments) {
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
  const cudaError_t error = cuda_portable::launch(kernel, grid, block, shared_bytes, stream_of(ctx),
                                                  std::forward<A>(arguments)...);
  if (error != cudaSuccess) throw_device_error(error, "kernel " + std::string(name));
}

}  // namespace fovea::cuda
