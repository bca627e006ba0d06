// SPDX-License-Identifier: Apache-2.0
// The kernels of docs/write-a-kernel.md: y[i] = mean of x[i - 4] ... x[i + 4], with 0 outside, as
// it is got wrong and then right.
#pragma once
#include <cuda_runtime.h>

namespace tutorial {

using BoxFilter = cudaError_t(const float* x, float* y, int size, cudaStream_t stream);

BoxFilter naive_wrong;  // reads outside of x
BoxFilter naive;
BoxFilter tiled_no_halo;     // reads shared memory that nobody wrote
BoxFilter tiled_no_barrier;  // reads what another thread may not have written yet
BoxFilter tiled_returns;     // threads that return while others wait at the barrier
BoxFilter tiled;
BoxFilter several_no_barrier;  // overwrites a tile that others still read
BoxFilter several;

// x = its filtered self: reads values that another block has replaced already.
cudaError_t in_place(float* x, int size, cudaStream_t stream);

}  // namespace tutorial
