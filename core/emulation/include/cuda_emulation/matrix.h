// SPDX-License-Identifier: Apache-2.0
// The twins of ldmatrix and mma.sync, after the fragment layouts of the PTX manual ("Matrix
// fragments for mma.m16n8k*").
#pragma once
#include "cuda_emulation/warp.h"

#include <cstdint>

namespace cuda_emulation {

// Loads `matrices` (1, 2 or 4) 8x8 matrices of 16-bit elements; lane i gives the address of row i %
// 8 of matrix i / 8.
void load_matrix(uint32_t* registers, int matrices, bool transposed, const void* row,
                 const Site& site);

enum class MatrixType { bf16, f16, tf32 };
// d (16x8) += a (16xk, row) b (kx8, column); k is 16 for 16-bit types and 8 for tf32. Products are
// exact, and added to the accumulator in ascending order of k, each sum rounded to nearest: a GPU's
// order and rounding differ in the last bits.
void multiply_accumulate(MatrixType type, float* d, const uint32_t* a, const uint32_t* b,
                         const Site& site);

}  // namespace cuda_emulation
