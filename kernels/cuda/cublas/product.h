// SPDX-License-Identifier: Apache-2.0
// A matrix product by cuBLAS in a context's stream and precision.
#pragma once

#include "cuda/cublas/library.h"

#include <fovea/core/context.h>

namespace fovea::cuda {

// c (m x n) = op(a) (m x k) op(b) (k x n), column-major: element (i, j) lies at i + j * pitch.
struct CublasProduct {
  struct Factor {
    const float* data;
    int pitch;
    cublasOperation_t op;
  };
  int m, n, k;
  Factor a, b;
  float* c;
  int c_pitch;
};

// Workspace bytes that multiply() takes.
size_t cublas_workspace(const Context& ctx);

// Where cublas_library() is there. The same bits on every run with one library on one kind of GPU:
// cuBLAS works in one stream, in a workspace of ours, and without atomics unless these are asked
// for. Throws DeviceError naming `op`.
void multiply(Context& ctx, const char* op, const CublasProduct& product);

}  // namespace fovea::cuda
