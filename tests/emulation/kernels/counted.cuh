// SPDX-License-Identifier: Apache-2.0
// Kernels whose memory requests and branches can be counted by hand. Blocks of 32 threads; `in`
// holds 1024 floats.
#pragma once
#include <cuda_runtime.h>

__global__ void coalesced(const float* in, float* out);       // neighbours read neighbours
__global__ void strided(const float* in, float* out);         // 32 bytes from lane to lane
__global__ void vectorised(const float4* in, float4* out);    // 16 bytes a lane
__global__ void conflict_free(const float* in, float* out);   // tile[lane]
__global__ void two_way(const float* in, float* out);         // tile[2 * lane]
__global__ void thirty_two_way(const float* in, float* out);  // a column of a 32 x 32 tile
__global__ void padded(const float* in, float* out);          // a column of a 32 x 33 tile
__global__ void every_other_lane(const float* in, float* out);
__global__ void uneven_loop(const float* in, float* out);  // lane i makes i + 1 rounds
