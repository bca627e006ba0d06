// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "libraries/cublas/gemm.h"
#include "libraries/cublas/handle.h"

#include <string>

namespace cuda_emulation::blas {

struct Verdict {
  cublasStatus_t status = CUBLAS_STATUS_SUCCESS;
  std::string message;  // says what is wrong and where
};

// Shapes, leading dimensions, strides and types; then that every matrix that is touched lies within
// one allocation.
Verdict check(const cublasContext& handle, const Gemm& gemm);

}  // namespace cuda_emulation::blas
