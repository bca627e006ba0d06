// SPDX-License-Identifier: Apache-2.0
// Small kernels for tests of the runtime.
#pragma once
#include <cuda_runtime.h>

__global__ void fill(float* out, float value, int count);
__global__ void add(float* out, const float* in, int count);  // out += in
__global__ void scale(float* values, float factor, int count);
__global__ void write_through(float** pointer, float value);  // **pointer = value
