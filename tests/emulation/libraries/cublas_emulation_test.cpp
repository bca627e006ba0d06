// SPDX-License-Identifier: Apache-2.0
// What the emulated cuBLAS promises beyond the real one: fixed bits, and errors where memory would
// be corrupted.
#include "emulation/support/device_array.h"
#include "emulation/support/report_log.h"

#include <catch2/catch.hpp>
#include <cublas_v2.h>
#include <cuda_portable/matrix.cuh>

#include <bit>
#include <cmath>
#include <random>
#include <vector>

namespace {

using Catch::Matchers::Contains;

struct Fixture {
  cublasHandle_t handle = nullptr;
  ReportLog log;
  const float one = 1, zero = 0;

  Fixture() { REQUIRE(cublasCreate(&handle) == CUBLAS_STATUS_SUCCESS); }
  ~Fixture() { cublasDestroy(handle); }

  cublasStatus_t product(int n, const float* a, const float* b, float* c) {
    return cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, n, n, n, &one, a, n, b, n, &zero, c, n);
  }
};

std::vector<float> random_floats(size_t size) {
  std::mt19937 random(2);
  std::vector<float> values(size);
  for (float& value : values) value = std::ldexp(float(int(random() % 20001) - 10000), -12);
  return values;
}

float tf32(float value) { return std::bit_cast<float>(cuda_portable::to_tf32(value)); }

// The chain of a product of n x n matrices that the emulation promises.
template <class Round>
std::vector<float> chain(int n, const std::vector<float>& a, const std::vector<float>& b,
                         Round round) {
  std::vector<float> c(a.size());
  for (int row = 0; row < n; row++)
    for (int column = 0; column < n; column++) {
      float sum = 0;
      for (int l = 0; l < n; l++)
        sum = std::fma(round(a[l * n + row]), round(b[column * n + l]), sum);
      c[column * n + row] = sum;
    }
  return c;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "Emulated products are chains in ascending order") {
  constexpr int kSize = 37;
  const std::vector<float> x = random_floats(kSize * kSize), y(x.rbegin(), x.rend());
  const DeviceArray<float> a(x), b(y), c(x.size());
  REQUIRE(product(kSize, a.get(), b.get(), c.get()) == CUBLAS_STATUS_SUCCESS);
  CHECK(c.host() == chain(kSize, x, y, [](float v) { return v; }));

  REQUIRE(cublasSetMathMode(handle, CUBLAS_TF32_TENSOR_OP_MATH) == CUBLAS_STATUS_SUCCESS);
  REQUIRE(product(kSize, a.get(), b.get(), c.get()) == CUBLAS_STATUS_SUCCESS);
  CHECK(c.host() == chain(kSize, x, y, tf32));

  REQUIRE(cublasSetMathMode(handle, CUBLAS_DEFAULT_MATH) == CUBLAS_STATUS_SUCCESS);
  const auto extended = [&](cublasComputeType_t compute) {
    REQUIRE(cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_N, kSize, kSize, kSize, &one, a.get(),
                         CUDA_R_32F, kSize, b.get(), CUDA_R_32F, kSize, &zero, c.get(), CUDA_R_32F,
                         kSize, compute, CUBLAS_GEMM_DEFAULT) == CUBLAS_STATUS_SUCCESS);
    return c.host();
  };
  CHECK(extended(CUBLAS_COMPUTE_32F_FAST_TF32) == chain(kSize, x, y, tf32));
  CHECK(extended(CUBLAS_COMPUTE_32F_PEDANTIC) == chain(kSize, x, y, [](float v) { return v; }));
  CHECK(log.empty());
}

TEST_CASE_METHOD(Fixture, "A product that overruns an allocation names matrix and allocation") {
  const DeviceArray<float> a(16), b(16), c(16), small(15);
  CHECK(product(4, a.get(), b.get(), small.get()) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(),
             Contains("cublasSgemm: matrix C (4 x 4, leading dimension 4) needs 64 bytes"));
  CHECK(product(4, small.get(), b.get(), a.get()) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(), Contains("matrix A"));
  CHECK(product(4, a.get(), b.get() + 1, c.get()) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(), Contains("matrix B") && Contains("at offset 4"));
}

TEST_CASE_METHOD(Fixture, "Host pointers, freed memory and aliases are refused") {
  const DeviceArray<float> a(16), b(16);
  std::vector<float> host(16);
  CHECK(product(4, host.data(), a.get(), b.get()) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(), Contains("matrix A") && Contains("is not device memory"));
  CHECK(product(4, a.get(), b.get(), a.get()) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(), Contains("A and C are the same memory"));
  CHECK(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, 4, 4, 4, nullptr, a.get(), 4, a.get(), 4,
                    &zero, b.get(), 4) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(), Contains("alpha or beta is a null pointer"));
}

TEST_CASE_METHOD(Fixture, "Batches that overlap are refused") {
  const DeviceArray<float> a(64), b(64), c(64);
  CHECK(cublasSgemmStridedBatched(handle, CUBLAS_OP_N, CUBLAS_OP_N, 4, 4, 4, &one, a.get(), 4, 16,
                                  b.get(), 4, 16, &zero, c.get(), 4, 8,
                                  3) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(), Contains("overlap each other"));
}

TEST_CASE_METHOD(Fixture, "Another device's handle and what is not emulated say so") {
  const DeviceArray<float> a(16), b(16), c(16);
  REQUIRE(cudaSetDevice(1) == cudaSuccess);
  CHECK(product(4, a.get(), b.get(), c.get()) == CUBLAS_STATUS_INVALID_VALUE);
  REQUIRE(cudaSetDevice(0) == cudaSuccess);
  CHECK_THAT(log.last(), Contains("the handle is of device 0 while device 1 is current"));
  const auto extended = [&](cudaDataType type, cublasComputeType_t compute) {
    return cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 2, &one, a.get(), type, 2, b.get(),
                        type, 2, &zero, c.get(), type, 2, compute, CUBLAS_GEMM_DEFAULT);
  };
  CHECK(extended(CUDA_R_8I, CUBLAS_COMPUTE_32F) == CUBLAS_STATUS_NOT_SUPPORTED);
  CHECK_THAT(log.last(), Contains("emulated are fp32, fp16 and bfloat16"));
  CHECK(extended(CUDA_R_16F, CUBLAS_COMPUTE_16F) == CUBLAS_STATUS_NOT_SUPPORTED);
  CHECK_THAT(log.last(), Contains("compute type 64 is not emulated"));
}

TEST_CASE_METHOD(Fixture, "A workspace must be device memory and aligned") {
  const DeviceArray<char> workspace(1024);
  CHECK(cublasSetWorkspace(handle, workspace.get() + 16, 256) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(), Contains("not aligned to 256 bytes"));
  CHECK(cublasSetWorkspace(handle, workspace.get(), 2048) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(log.last(), Contains("needs 2048 bytes"));
}
