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
  // Null; or a, rounded to bf16 where that is the context's precision: then b, whose op is N, is
  // rounded into the workspace, and cuBLAS reads half the bytes.
  const BFloat16* a_rounded = nullptr;
  float* c;
  int c_pitch;
};

// Workspace bytes that multiply() takes at most when b has `elements`.
size_t cublas_workspace(const Context& ctx, int64_t elements);

// Where cublas_library() is there. The same bits on every run with one library on one kind of GPU:
// cuBLAS works in one stream, in a workspace of ours, and without atomics unless these are asked
// for. Throws DeviceError naming `op`.
void multiply(Context& ctx, const char* op, const CublasProduct& product);

}  // namespace fovea::cuda
