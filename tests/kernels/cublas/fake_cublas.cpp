// SPDX-License-Identifier: Apache-2.0
// A shared library in cuBLAS's place, for the test that opens one: its contract (column-major
// matrices, op(A) and op(B), leading dimensions), by loops over memory of the emulated GPU.
#include <cublas_v2.h>

#include <cstdint>

struct cublasContext {
  cudaStream_t stream = nullptr;
  void* workspace = nullptr;
};

namespace {

int products = 0;

const float* element(const void* matrix, cublasOperation_t op, int pitch, int row, int column) {
  const bool plain = op == CUBLAS_OP_N;
  const auto at = plain ? row + int64_t{column} * pitch : column + int64_t{row} * pitch;
  return static_cast<const float*>(matrix) + at;
}

}  // namespace

extern "C" {

cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  *handle = new cublasContext;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t handle) {
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

// Gives up the workspace, as the real one does.
cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  *handle = {stream, nullptr};
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t handle, void* workspace, size_t bytes) {
  if (reinterpret_cast<uintptr_t>(workspace) % 256 != 0 || bytes < (size_t{4} << 20))
    return CUBLAS_STATUS_INVALID_VALUE;
  handle->workspace = workspace;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t transa,
                            cublasOperation_t transb, int m, int n, int k, const void* alpha,
                            const void* A, cudaDataType type_a, int lda, const void* B,
                            cudaDataType type_b, int ldb, const void* beta, void* C,
                            cudaDataType type_c, int ldc, cublasComputeType_t compute,
                            cublasGemmAlgo_t) {
  if (!handle->stream || !handle->workspace) return CUBLAS_STATUS_NOT_INITIALIZED;
  const bool single = type_a == CUDA_R_32F && type_b == CUDA_R_32F && type_c == CUDA_R_32F;
  if (!single || compute != CUBLAS_COMPUTE_32F) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (lda < (transa == CUBLAS_OP_N ? m : k) || ldb < (transb == CUBLAS_OP_N ? k : n) || ldc < m)
    return CUBLAS_STATUS_INVALID_VALUE;
  const float a = *static_cast<const float*>(alpha), b = *static_cast<const float*>(beta);
  products++;
  for (int j = 0; j < n; j++) {
    for (int i = 0; i < m; i++) {
      float sum = 0;
      for (int l = 0; l < k; l++)
        sum += *element(A, transa, lda, i, l) * *element(B, transb, ldb, l, j);
      float& to = static_cast<float*>(C)[i + int64_t{j} * ldc];
      to = a * sum + (b == 0 ? 0 : b * to);
    }
  }
  return CUBLAS_STATUS_SUCCESS;
}

const char* cublasGetStatusString(cublasStatus_t status) {
  return status == CUBLAS_STATUS_NOT_SUPPORTED ? "not supported by the fake"
                                               : "refused by the fake";
}

int fake_cublas_products() { return products; }

}  // extern "C"
