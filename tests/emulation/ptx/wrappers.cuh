// SPDX-License-Identifier: Apache-2.0
// One small kernel for each wrapper of PTX, all of one signature: one warp reads `in`, applies the
// wrapper, writes `out`. Compiled twice: for the emulation, where the wrapper is its software twin,
// and by nvcc to PTX, where it is the assembly text.
#pragma once
#include <cuda_runtime.h>

#include <cstdint>

using WrapperKernel = void(const uint32_t* in, uint32_t* out, int scalar);

// in: fragments of 32 lanes one after the other, a then b then d (each lane's registers side by
// side); out: d.
extern "C" __global__ WrapperKernel mma_m16n8k16_bf16_kernel;
extern "C" __global__ WrapperKernel mma_m16n8k16_f16_kernel;
extern "C" __global__ WrapperKernel mma_m16n8k8_tf32_kernel;

// in: 32 rows of 8 16-bit values; lane i names row (5 i + 3) mod 32. out: each lane's registers.
extern "C" __global__ WrapperKernel load_matrix_x1_kernel;
extern "C" __global__ WrapperKernel load_matrix_x2_kernel;
extern "C" __global__ WrapperKernel load_matrix_x4_kernel;
extern "C" __global__ WrapperKernel load_matrix_x1_transposed_kernel;
extern "C" __global__ WrapperKernel load_matrix_x2_transposed_kernel;
extern "C" __global__ WrapperKernel load_matrix_x4_transposed_kernel;

// in: 32 x 2 chunks; each lane copies two in two groups, the second one with source size `scalar`,
// and reads the first after waiting for all groups but one. out: first chunks, then second chunks.
extern "C" __global__ WrapperKernel async_copy_4_kernel;
extern "C" __global__ WrapperKernel async_copy_8_kernel;
extern "C" __global__ WrapperKernel async_copy_16_kernel;

// in: 32 floats; out: TF32 in the layout of a register.
extern "C" __global__ WrapperKernel to_tf32_kernel;
