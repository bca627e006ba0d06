// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "library_types.h"

#include <cstddef>
#include <cstdint>

namespace cuda_emulation::blas {

// `columns` columns of `rows` elements each, `leading` elements apart; the batch's matrices
// `stride` elements apart.
struct Matrix {
  const char* name;
  const void* data;
  cudaDataType type;
  int64_t rows, columns, leading, stride;
};

enum class FactorRounding {
  None,
  Tf32,
  Half,
  Bfloat16
};  // of fp32 factors, before they are multiplied

struct Gemm {
  int64_t m, n, k;
  bool transpose_a, transpose_b;
  Matrix a, b, c;  // as they are stored
  const float* alpha;
  const float* beta;
  int batch;
  FactorRounding rounding;
};

size_t element_size(cudaDataType type);

// C = alpha op(A) op(B) + beta C for each matrix of the batch; see cublas_v2.h for the arithmetic.
void compute(const Gemm& gemm);

}  // namespace cuda_emulation::blas
