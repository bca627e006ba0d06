// SPDX-License-Identifier: Apache-2.0
// Kernels that do one thing many times.
#pragma once
#include <cuda_runtime.h>

__global__ void nothing();
__global__ void many_barriers(int rounds);
__global__ void many_shuffles(float* out, int rounds);
__global__ void many_products(float* out, int rounds);  // mma.m16n8k16
__global__ void rectify(const float* in, float* out, int count);
