// SPDX-License-Identifier: Apache-2.0
// Kernels that show one feature of the execution each.
#pragma once
#include <cuda_runtime.h>

__global__ void write_indices(int* out);  // out[i] = the thread's place in the grid, row-major
__global__ void reverse_in_shared(const int* in, int* out);  // 256 threads
__global__ void reverse_in_dynamic(const int* in, int* out,
                                   int n);  // n threads, 4n bytes of dynamic shared memory
template <int N>
__global__ void transpose_tile(const float* in, float* out);  // N x N threads
extern template __global__ void transpose_tile<16>(const float* in, float* out);
__global__ void barrier_votes(const int* in, int* out);  // out[0..2]: or, and, count of in != 0
__global__ void half_of_the_warps_shuffle(int* entered, int* out);  // 128 threads
__global__ void return_early(int* out, int stay);  // threads below `stay` pass a barrier
__global__ void copy_asynchronously(const float* in,
                                    float* out);  // 32 threads, 128 floats, reversed
