// SPDX-License-Identifier: Apache-2.0
// The matrix products: arguments become a Gemm, are checked, and the work is put into the handle's
// stream.
#include "execution/checker.h"
#include "libraries/cublas/check.h"
#include "libraries/cublas/gemm.h"
#include "libraries/cublas/handle.h"
#include "libraries/report.h"
#include "runtime/error_state.h"
#include "runtime/stream.h"

#include <cstring>

inline namespace cuda_emulated {

namespace {

using cuda_emulation::blas::FactorRounding;
using cuda_emulation::blas::Gemm;
using cuda_emulation::blas::Matrix;

struct Problem {
  cuda_emulation::ApiCall call;
  cublasOperation_t operation_a, operation_b;
  int m, n, k;
};

cublasStatus_t refuse(const Problem& problem, cublasStatus_t status, const std::string& message) {
  cuda_emulation::report_library_error(
      "cublas", std::string(problem.call.function) + ": " + message, problem.call.return_address);
  return status;
}

bool known(cublasOperation_t operation) {
  return operation == CUBLAS_OP_N || operation == CUBLAS_OP_T || operation == CUBLAS_OP_C;
}

// C^T is T for real numbers. Stored, op(A) of m x k is k x m.
Gemm describe(const Problem& p, Matrix a, Matrix b, Matrix c) {
  const bool ta = p.operation_a != CUBLAS_OP_N, tb = p.operation_b != CUBLAS_OP_N;
  a.rows = ta ? p.k : p.m;
  a.columns = ta ? p.m : p.k;
  b.rows = tb ? p.n : p.k;
  b.columns = tb ? p.k : p.n;
  c.rows = p.m;
  c.columns = p.n;
  Gemm gemm{};
  gemm.m = p.m;
  gemm.n = p.n;
  gemm.k = p.k;
  gemm.transpose_a = ta;
  gemm.transpose_b = tb;
  gemm.a = a;
  gemm.b = b;
  gemm.c = c;
  return gemm;
}

// Fills a workspace with NaN, as a real product may leave anything there.
void spoil(void* workspace, size_t bytes) {
  if (bytes) std::memset(workspace, 0xff, bytes);
}

void note(const Matrix& matrix, int batch, const cuda_emulation::ApiCall& call, bool writes) {
  const size_t size = cuda_emulation::blas::element_size(matrix.type);
  for (int i = 0; i < batch; i++) {
    const auto* first =
        static_cast<const char*>(matrix.data) + i * matrix.stride * static_cast<int64_t>(size);
    const cuda_emulation::Extent extent{first, static_cast<size_t>(matrix.leading) * size,
                                        static_cast<size_t>(matrix.rows) * size,
                                        static_cast<size_t>(matrix.columns)};
    if (writes)
      cuda_emulation::checker()->writes(extent, call);
    else
      cuda_emulation::checker()->reads(extent, call);
  }
}

void tell_checker(const Gemm& gemm, const cuda_emulation::ApiCall& call) {
  if (!cuda_emulation::checker()) return;
  if (*gemm.alpha != 0 && gemm.k > 0) {
    note(gemm.a, gemm.batch, call, false);
    note(gemm.b, gemm.batch, call, false);
  }
  if (*gemm.beta != 0) note(gemm.c, gemm.batch, call, false);
  note(gemm.c, gemm.batch, call, true);
}

cublasStatus_t run(cublasHandle_t handle, const Problem& problem, const Gemm& gemm) {
  if (!handle) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (!known(problem.operation_a) || !known(problem.operation_b))
    return refuse(problem, CUBLAS_STATUS_INVALID_VALUE, "unknown operation");
  if (const auto verdict = check(*handle, gemm); verdict.status)
    return refuse(problem, verdict.status, verdict.message);
  const cuda_emulation::StreamPtr stream = cuda_emulation::find_stream(handle->stream);
  if (!stream || stream->device != handle->device)
    return refuse(problem, CUBLAS_STATUS_INVALID_VALUE,
                  "the stream is not one of the handle's device");
  if (cuda_emulation::sticky_error(handle->device)) return CUBLAS_STATUS_EXECUTION_FAILED;
  if (gemm.m == 0 || gemm.n == 0 || gemm.batch == 0) return CUBLAS_STATUS_SUCCESS;

  const bool host_scalars = handle->pointer_mode == CUBLAS_POINTER_MODE_HOST;
  const float alpha = host_scalars ? *gemm.alpha : 0, beta = host_scalars ? *gemm.beta : 0;
  cuda_emulation::Operation operation;
  operation.run = [gemm, call = problem.call, host_scalars, alpha, beta, device = handle->device,
                   workspace = handle->workspace, bytes = handle->workspace_bytes] {
    if (cuda_emulation::sticky_error(device)) return;
    Gemm now = gemm;
    if (host_scalars) {
      now.alpha = &alpha;
      now.beta = &beta;
    }
    cuda_emulation::note_write(call, workspace, bytes);
    spoil(workspace, bytes);
    tell_checker(now, call);
    cuda_emulation::blas::compute(now);
  };
  submit(stream, std::move(operation));
  return CUBLAS_STATUS_SUCCESS;
}

FactorRounding rounding_of(const cublasContext* handle) {
  const bool tf32 = handle && (handle->math_mode & 15) == CUBLAS_TF32_TENSOR_OP_MATH;
  return tf32 ? FactorRounding::Tf32 : FactorRounding::None;
}

// False if the type of computation is not emulated.
bool rounding_of(const cublasContext* handle, cublasComputeType_t compute,
                 FactorRounding& rounding) {
  switch (compute) {
    case CUBLAS_COMPUTE_32F:
      rounding = rounding_of(handle);
      return true;
    case CUBLAS_COMPUTE_32F_PEDANTIC:
      rounding = FactorRounding::None;
      return true;
    case CUBLAS_COMPUTE_32F_FAST_TF32:
      rounding = FactorRounding::Tf32;
      return true;
    case CUBLAS_COMPUTE_32F_FAST_16F:
      rounding = FactorRounding::Half;
      return true;
    case CUBLAS_COMPUTE_32F_FAST_16BF:
      rounding = FactorRounding::Bfloat16;
      return true;
    default:
      return false;
  }
}

Matrix matrix(const char* name, const void* data, cudaDataType type, int leading,
              long long stride) {
  return {name, data, type, 0, 0, leading, stride};
}

cublasStatus_t single_precision(cublasHandle_t handle, const Problem& problem, const float* alpha,
                                const Matrix& a, const Matrix& b, const float* beta,
                                const Matrix& c, int batch) {
  Gemm gemm = describe(problem, a, b, c);
  gemm.alpha = alpha;
  gemm.beta = beta;
  gemm.batch = batch;
  gemm.rounding = rounding_of(handle);
  return run(handle, problem, gemm);
}

cublasStatus_t extended(cublasHandle_t handle, const Problem& problem, const void* alpha,
                        const Matrix& a, const Matrix& b, const void* beta, const Matrix& c,
                        int batch, cublasComputeType_t compute) {
  if (!handle) return CUBLAS_STATUS_NOT_INITIALIZED;
  Gemm gemm = describe(problem, a, b, c);
  if (!rounding_of(handle, compute, gemm.rounding))
    return refuse(problem, CUBLAS_STATUS_NOT_SUPPORTED,
                  "compute type " + std::to_string(compute) + " is not emulated");
  if (a.type != CUDA_R_32F) gemm.rounding = FactorRounding::None;
  gemm.alpha = static_cast<const float*>(alpha);
  gemm.beta = static_cast<const float*>(beta);
  gemm.batch = batch;
  return run(handle, problem, gemm);
}

}  // namespace

cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t transa,
                           cublasOperation_t transb, int m, int n, int k, const float* alpha,
                           const float* A, int lda, const float* B, int ldb, const float* beta,
                           float* C, int ldc) {
  return single_precision(
      handle, {{"cublasSgemm", __builtin_return_address(0)}, transa, transb, m, n, k}, alpha,
      matrix("A", A, CUDA_R_32F, lda, 0), matrix("B", B, CUDA_R_32F, ldb, 0), beta,
      matrix("C", C, CUDA_R_32F, ldc, 0), 1);
}

cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa,
                                         cublasOperation_t transb, int m, int n, int k,
                                         const float* alpha, const float* A, int lda,
                                         long long stride_a, const float* B, int ldb,
                                         long long stride_b, const float* beta, float* C, int ldc,
                                         long long stride_c, int batch_count) {
  return single_precision(
      handle, {{"cublasSgemmStridedBatched", __builtin_return_address(0)}, transa, transb, m, n, k},
      alpha, matrix("A", A, CUDA_R_32F, lda, stride_a), matrix("B", B, CUDA_R_32F, ldb, stride_b),
      beta, matrix("C", C, CUDA_R_32F, ldc, stride_c), batch_count);
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t transa,
                            cublasOperation_t transb, int m, int n, int k, const void* alpha,
                            const void* A, cudaDataType type_a, int lda, const void* B,
                            cudaDataType type_b, int ldb, const void* beta, void* C,
                            cudaDataType type_c, int ldc, cublasComputeType_t compute,
                            cublasGemmAlgo_t) {
  return extended(handle, {{"cublasGemmEx", __builtin_return_address(0)}, transa, transb, m, n, k},
                  alpha, matrix("A", A, type_a, lda, 0), matrix("B", B, type_b, ldb, 0), beta,
                  matrix("C", C, type_c, ldc, 0), 1, compute);
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t transa,
                                          cublasOperation_t transb, int m, int n, int k,
                                          const void* alpha, const void* A, cudaDataType type_a,
                                          int lda, long long stride_a, const void* B,
                                          cudaDataType type_b, int ldb, long long stride_b,
                                          const void* beta, void* C, cudaDataType type_c, int ldc,
                                          long long stride_c, int batch_count,
                                          cublasComputeType_t compute, cublasGemmAlgo_t) {
  return extended(
      handle,
      {{"cublasGemmStridedBatchedEx", __builtin_return_address(0)}, transa, transb, m, n, k}, alpha,
      matrix("A", A, type_a, lda, stride_a), matrix("B", B, type_b, ldb, stride_b), beta,
      matrix("C", C, type_c, ldc, stride_c), batch_count, compute);
}

}  // namespace cuda_emulated
