// SPDX-License-Identifier: Apache-2.0
// cuBLAS products of small whole numbers, which are exact in any order: these tests hold for the
// real library too.
#include "emulation/support/device_array.h"

#include <catch2/catch.hpp>
#include <cublas_v2.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <limits>
#include <random>
#include <vector>

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

class Handle {
 public:
  Handle() { REQUIRE(cublasCreate(&handle_) == CUBLAS_STATUS_SUCCESS); }
  ~Handle() { cublasDestroy(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator cublasHandle_t() const { return handle_; }

 private:
  cublasHandle_t handle_ = nullptr;
};

// A batch of column-major matrices as they are stored, with a leading dimension and a stride.
struct Stored {
  int rows, columns, leading, stride;
  std::vector<float> values;

  Stored(int rows, int columns, int padding, int batch)
      : rows(rows),
        columns(columns),
        leading(rows + padding),
        stride(leading * columns + padding),
        values(static_cast<size_t>(stride * batch)) {}

  float& at(int batch, int row, int column) {
    return values[static_cast<size_t>(batch * stride + column * leading + row)];
  }
};

struct Problem {
  int m, n, k, batch;
  cublasOperation_t operation_a, operation_b;
  float alpha, beta;
  Stored a, b, c;
  std::mt19937 random{11};

  Problem(cublasOperation_t ta, cublasOperation_t tb, int batch, float alpha, float beta, int m = 7,
          int n = 5, int k = 9)
      : m(m),
        n(n),
        k(k),
        batch(batch),
        operation_a(ta),
        operation_b(tb),
        alpha(alpha),
        beta(beta),
        a(ta == CUBLAS_OP_N ? m : k, ta == CUBLAS_OP_N ? k : m, 1, batch),
        b(tb == CUBLAS_OP_N ? k : n, tb == CUBLAS_OP_N ? n : k, 2, batch),
        c(m, n, 3, batch) {
    fill(a);
    fill(b);
    fill(c);
  }

  void fill(Stored& matrix) {
    for (float& value : matrix.values) value = float(int(random() % 15) - 7);
  }

  float element_a(int i, int row, int l) {
    return operation_a == CUBLAS_OP_N ? a.at(i, row, l) : a.at(i, l, row);
  }
  float element_b(int i, int l, int column) {
    return operation_b == CUBLAS_OP_N ? b.at(i, l, column) : b.at(i, column, l);
  }

  std::vector<float> expected() {
    Stored result = c;
    for (int i = 0; i < batch; i++)
      for (int row = 0; row < m; row++)
        for (int column = 0; column < n; column++) {
          float sum = 0;
          for (int l = 0; l < k; l++) sum += element_a(i, row, l) * element_b(i, l, column);
          const float before = beta == 0 ? 0 : beta * c.at(i, row, column);
          result.at(i, row, column) = alpha * sum + before;
        }
    return result.values;
  }
};

std::vector<float> sgemm(Problem& p, cublasHandle_t handle, cudaStream_t stream) {
  const DeviceArray<float> a(p.a.values), b(p.b.values), c(p.c.values);
  REQUIRE(cublasSgemmStridedBatched(handle, p.operation_a, p.operation_b, p.m, p.n, p.k, &p.alpha,
                                    a.get(), p.a.leading, p.a.stride, b.get(), p.b.leading,
                                    p.b.stride, &p.beta, c.get(), p.c.leading, p.c.stride,
                                    p.batch) == CUBLAS_STATUS_SUCCESS);
  return c.host(stream);
}

template <class T>
std::vector<T> narrow(const std::vector<float>& values) {
  return std::vector<T>(values.begin(), values.end());
}

template <class T>
cudaDataType type_of();
template <>
cudaDataType type_of<float>() {
  return CUDA_R_32F;
}
template <>
cudaDataType type_of<__half>() {
  return CUDA_R_16F;
}
template <>
cudaDataType type_of<__nv_bfloat16>() {
  return CUDA_R_16BF;
}

template <class Factor, class Result>
void check_gemm_ex(cublasOperation_t ta, cublasOperation_t tb) {
  Handle handle;
  Problem p(ta, tb, 3, 0.5f, 2.0f);
  const DeviceArray<Factor> a(narrow<Factor>(p.a.values)), b(narrow<Factor>(p.b.values));
  const DeviceArray<Result> c(narrow<Result>(p.c.values));
  REQUIRE(cublasGemmStridedBatchedEx(
              handle, ta, tb, p.m, p.n, p.k, &p.alpha, a.get(), type_of<Factor>(), p.a.leading,
              p.a.stride, b.get(), type_of<Factor>(), p.b.leading, p.b.stride, &p.beta, c.get(),
              type_of<Result>(), p.c.leading, p.c.stride, p.batch, CUBLAS_COMPUTE_32F,
              CUBLAS_GEMM_DEFAULT) == CUBLAS_STATUS_SUCCESS);
  std::vector<float> got;
  for (const Result value : c.host()) got.push_back(float(value));
  std::vector<float> expected;
  for (const float value : p.expected()) expected.push_back(float(Result(value)));
  CHECK(got == expected);
}

constexpr cublasOperation_t kOperations[] = {CUBLAS_OP_N, CUBLAS_OP_T, CUBLAS_OP_C};

}  // namespace

TEST_CASE("cublasSgemm in all transposes with padded matrices and batches") {
  const StreamHandle stream;
  Handle handle;
  REQUIRE(cublasSetStream(handle, stream) == CUBLAS_STATUS_SUCCESS);
  for (const cublasOperation_t ta : kOperations)
    for (const cublasOperation_t tb : kOperations)
      for (const int batch : {1, 4}) {
        Problem p(ta, tb, batch, 0.5f, -2.0f);
        CHECK(sgemm(p, handle, stream) == p.expected());
      }
}

TEST_CASE("cublasSgemm over tile borders") {
  Handle handle;
  Problem p(CUBLAS_OP_N, CUBLAS_OP_T, 1, 1, 1, 131, 70, 65);
  CHECK(sgemm(p, handle, nullptr) == p.expected());
}

TEST_CASE("cublasSgemm reads C only for beta and factors only for alpha") {
  Handle handle;
  Problem without_c(CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 0);
  const std::vector<float> expected = without_c.expected();
  for (int row = 0; row < without_c.m; row++)
    for (int column = 0; column < without_c.n; column++) without_c.c.at(0, row, column) = kNan;
  CHECK(sgemm(without_c, handle, nullptr) == expected);

  Problem without_factors(CUBLAS_OP_N, CUBLAS_OP_N, 1, 0, 3);
  const std::vector<float> scaled = without_factors.expected();
  for (float& value : without_factors.a.values) value = kNan;
  CHECK(sgemm(without_factors, handle, nullptr) == scaled);
}

TEST_CASE("cublasSgemm without depth scales C") {
  Handle handle;
  Problem p(CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 2, 4, 3, 0);
  CHECK(sgemm(p, handle, nullptr) == p.expected());
}

TEST_CASE("cublasGemmEx in all types and transposes") {
  for (const cublasOperation_t ta : kOperations)
    for (const cublasOperation_t tb : kOperations) {
      check_gemm_ex<float, float>(ta, tb);
      check_gemm_ex<__half, float>(ta, tb);
      check_gemm_ex<__half, __half>(ta, tb);
      check_gemm_ex<__nv_bfloat16, float>(ta, tb);
      check_gemm_ex<__nv_bfloat16, __nv_bfloat16>(ta, tb);
    }
}

TEST_CASE("cublasGemmEx of one product") {
  Handle handle;
  const DeviceArray<__half> a(narrow<__half>({1, 2, 3, 4})), b(narrow<__half>({5, 6, 7, 8}));
  const DeviceArray<float> c(4);
  const float alpha = 1, beta = 0;
  REQUIRE(cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 2, &alpha, a.get(), CUDA_R_16F, 2,
                       b.get(), CUDA_R_16F, 2, &beta, c.get(), CUDA_R_32F, 2, CUBLAS_COMPUTE_32F,
                       CUBLAS_GEMM_DEFAULT) == CUBLAS_STATUS_SUCCESS);
  CHECK(c.host() == std::vector<float>{23, 34, 31, 46});
}

TEST_CASE("Scalars may lie on the device") {
  const StreamHandle stream;
  Handle handle;
  REQUIRE(cublasSetStream(handle, stream) == CUBLAS_STATUS_SUCCESS);
  REQUIRE(cublasSetPointerMode(handle, CUBLAS_POINTER_MODE_DEVICE) == CUBLAS_STATUS_SUCCESS);
  cublasPointerMode_t mode;
  REQUIRE(cublasGetPointerMode(handle, &mode) == CUBLAS_STATUS_SUCCESS);
  CHECK(mode == CUBLAS_POINTER_MODE_DEVICE);
  Problem p(CUBLAS_OP_T, CUBLAS_OP_N, 1, 4, -1);
  const DeviceArray<float> scalars(std::vector<float>{p.alpha, p.beta});
  const DeviceArray<float> a(p.a.values), b(p.b.values), c(p.c.values);
  REQUIRE(cublasSgemm(handle, p.operation_a, p.operation_b, p.m, p.n, p.k, scalars.get(), a.get(),
                      p.a.leading, b.get(), p.b.leading, scalars.get() + 1, c.get(),
                      p.c.leading) == CUBLAS_STATUS_SUCCESS);
  CHECK(c.host(stream) == p.expected());
}

TEST_CASE("A workspace of the user's serves the products of its stream") {
  const StreamHandle stream;
  Handle handle;
  const DeviceArray<char> workspace(1 << 20);
  REQUIRE(cublasSetStream(handle, stream) == CUBLAS_STATUS_SUCCESS);
  REQUIRE(cublasSetWorkspace(handle, workspace.get(), workspace.size()) == CUBLAS_STATUS_SUCCESS);
  Problem p(CUBLAS_OP_N, CUBLAS_OP_N, 2, 1, 1);
  CHECK(sgemm(p, handle, stream) == p.expected());
  cudaStream_t current;
  REQUIRE(cublasGetStream(handle, &current) == CUBLAS_STATUS_SUCCESS);
  CHECK(current == stream);
}

TEST_CASE("Invalid products are refused") {
  Handle handle;
  const DeviceArray<float> x(64);
  const float one = 1;
  const auto product = [&](int m, int n, int k, int lda, int ldb, int ldc) {
    return cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, m, n, k, &one, x.get(), lda, x.get() + 16,
                       ldb, &one, x.get() + 32, ldc);
  };
  CHECK(product(4, 4, 4, 4, 4, 4) == CUBLAS_STATUS_SUCCESS);
  CHECK(product(0, 4, 4, 4, 4, 4) == CUBLAS_STATUS_SUCCESS);
  CHECK(product(-1, 4, 4, 4, 4, 4) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(product(4, 4, 4, 3, 4, 4) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(product(4, 4, 4, 4, 3, 4) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(product(4, 4, 4, 4, 4, 3) == CUBLAS_STATUS_INVALID_VALUE);
  require(cudaDeviceSynchronize());
}
