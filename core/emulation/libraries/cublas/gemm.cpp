// SPDX-License-Identifier: Apache-2.0
#include "libraries/cublas/gemm.h"

#include "cuda_bf16.h"
#include "cuda_emulation/bits.h"
#include "cuda_fp16.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cuda_emulation::blas {

namespace {

float read(const void* data, cudaDataType type, int64_t index) {
  if (type == CUDA_R_16F) return __half2float(static_cast<const __half*>(data)[index]);
  if (type == CUDA_R_16BF) return __bfloat162float(static_cast<const __nv_bfloat16*>(data)[index]);
  return static_cast<const float*>(data)[index];
}

void write(void* data, cudaDataType type, int64_t index, float value) {
  if (type == CUDA_R_16F)
    static_cast<__half*>(data)[index] = __float2half_rn(value);
  else if (type == CUDA_R_16BF)
    static_cast<__nv_bfloat16*>(data)[index] = __float2bfloat16_rn(value);
  else
    static_cast<float*>(data)[index] = value;
}

float round_to_tf32(float value) {
  const auto bits = bit_cast<uint32_t>(value);
  const bool finite = (bits & 0x7f800000u) != 0x7f800000u;
  return finite ? bit_cast<float>((bits + 0x1000u) & 0xffffe000u) : value;
}

float round_factor(float value, FactorRounding rounding) {
  switch (rounding) {
    case FactorRounding::Tf32:
      return round_to_tf32(value);
    case FactorRounding::Half:
      return __half2float(__float2half_rn(value));
    case FactorRounding::Bfloat16:
      return __bfloat162float(__float2bfloat16_rn(value));
    case FactorRounding::None:
      break;
  }
  return value;
}

const void* matrix_of_batch(const Matrix& matrix, int index) {
  return static_cast<const char*>(matrix.data) +
         index * matrix.stride * static_cast<int64_t>(element_size(matrix.type));
}

// The matrix, or its transpose, as fp32 without gaps between columns.
std::vector<float> widen(const Matrix& matrix, int index, bool transpose, FactorRounding rounding) {
  const void* data = matrix_of_batch(matrix, index);
  std::vector<float> result(static_cast<size_t>(matrix.rows * matrix.columns));
  for (int64_t column = 0; column < matrix.columns; column++)
    for (int64_t row = 0; row < matrix.rows; row++) {
      const int64_t to = transpose ? row * matrix.columns + column : column * matrix.rows + row;
      const float value = read(data, matrix.type, column * matrix.leading + row);
      result[static_cast<size_t>(to)] = round_factor(value, rounding);
    }
  return result;
}

constexpr int64_t kRows = 64, kColumns = 4;

// A tile of at most kRows x kColumns sums. The compiler vectorises over rows; each sum is one chain
// over l.
void sum_tile(const float* a, int64_t m, const float* b, int64_t k, int64_t rows, int64_t columns,
              float (&sums)[kColumns][kRows]) {
  for (auto& column : sums) std::fill(std::begin(column), std::end(column), 0.0f);
  for (int64_t l = 0; l < k; l++)
    for (int64_t j = 0; j < columns; j++) {
      const float factor = b[j * k + l];
      for (int64_t i = 0; i < rows; i++) sums[j][i] = std::fma(a[l * m + i], factor, sums[j][i]);
    }
}

class Product {
 public:
  Product(const Gemm& gemm, int index)
      : gemm_(gemm), alpha_(*gemm.alpha), beta_(*gemm.beta), c_(gemm.c) {
    c_.data = matrix_of_batch(gemm.c, index);
    if (alpha_ == 0) return;
    a_ = widen(gemm.a, index, gemm.transpose_a, gemm.rounding);
    b_ = widen(gemm.b, index, gemm.transpose_b, gemm.rounding);
  }

  void run() const {
    for (int64_t column = 0; column < gemm_.n; column += kColumns)
      for (int64_t row = 0; row < gemm_.m; row += kRows)
        tile(row, column, std::min(kRows, gemm_.m - row), std::min(kColumns, gemm_.n - column));
  }

 private:
  void tile(int64_t row, int64_t column, int64_t rows, int64_t columns) const {
    float sums[kColumns][kRows] = {};
    if (alpha_ != 0)
      sum_tile(a_.data() + row, gemm_.m, b_.data() + column * gemm_.k, gemm_.k, rows, columns,
               sums);
    for (int64_t j = 0; j < columns; j++)
      for (int64_t i = 0; i < rows; i++) store(row + i, column + j, sums[j][i]);
  }

  void store(int64_t row, int64_t column, float sum) const {
    const int64_t at = column * c_.leading + row;
    float value = alpha_ * sum;
    if (beta_ != 0) value = std::fma(beta_, read(c_.data, c_.type, at), value);
    write(const_cast<void*>(c_.data), c_.type, at, value);
  }

  const Gemm& gemm_;
  float alpha_, beta_;
  Matrix c_;
  std::vector<float> a_, b_;  // m x k and k x n
};

}  // namespace

size_t element_size(cudaDataType type) { return type == CUDA_R_16F || type == CUDA_R_16BF ? 2 : 4; }

void compute(const Gemm& gemm) {
  for (int i = 0; i < gemm.batch; i++) Product(gemm, i).run();
}

}  // namespace cuda_emulation::blas
