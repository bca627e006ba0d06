// SPDX-License-Identifier: Apache-2.0
// Kernels with loops, branches, barriers and several warps, for the interpreter. `scalar` is a
// size.
#pragma once
#include "wrappers.cuh"

// out[0] += the sum of `scalar` numbers, by shuffles, shared memory and atomics. Blocks of 128
// threads.
extern "C" __global__ WrapperKernel block_sum_kernel;

// out (16 x 8 fp32) = a (16 x scalar) b (scalar x 8), both bfloat16 and row-major, a before b in
// `in`; scalar is a multiple of 16. One warp: tiles come by asynchronous copies into two buffers,
// ldmatrix and mma take it from there.
extern "C" __global__ WrapperKernel product_kernel;
