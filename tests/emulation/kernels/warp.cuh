// SPDX-License-Identifier: Apache-2.0
// Kernels for the warp collectives and atomic operations; blocks of 32 threads unless said
// otherwise.
#pragma once
#include <cuda_runtime.h>

__global__ void shuffles(int* out, int width);  // out[4][32]: from lane 5, up 3, down 3, xor 6
__global__ void shuffle_types(double* d, long long* l);  // the next lane's, 64-bit
__global__ void votes(const int* in, unsigned* out);     // out[3][32]: ballot, any, all
__global__ void matches(const int* in,
                        unsigned* out);  // out[3][32]: match_any, match_all, its predicate
__global__ void reductions(const int* in, int* out);  // out[9]
__global__ void sum_of_halves(const int* in,
                              int* out);          // lower and upper half with masks of their own
__global__ void shuffle_from_returned(int* out);  // wrong on purpose
__global__ void integer_atomics(int* values);     // [11], many blocks
__global__ void float_atomics(float* f, double* d);
__global__ void compare_and_swap(unsigned long long* sum, unsigned short* small);
