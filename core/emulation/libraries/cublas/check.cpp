// SPDX-License-Identifier: Apache-2.0
#include "libraries/cublas/check.h"

#include "libraries/report.h"
#include "runtime/device.h"

#include <algorithm>
#include <sstream>

namespace cuda_emulation::blas {

namespace {

Verdict invalid(const std::string& message) { return {CUBLAS_STATUS_INVALID_VALUE, message}; }

std::string text(const Matrix& matrix, int batch) {
  std::ostringstream out;
  out << matrix.name << " (" << matrix.rows << " x " << matrix.columns << ", leading dimension "
      << matrix.leading;
  if (batch > 1) out << ", " << batch << " at stride " << matrix.stride;
  out << ")";
  return out.str();
}

bool floating(cudaDataType type) {
  return type == CUDA_R_32F || type == CUDA_R_16F || type == CUDA_R_16BF;
}

Verdict check_types(const Gemm& gemm) {
  const bool factors = gemm.a.type == gemm.b.type && floating(gemm.a.type);
  const bool result = gemm.c.type == CUDA_R_32F || gemm.c.type == gemm.a.type;
  if (factors && result) return {};
  return {CUBLAS_STATUS_NOT_SUPPORTED,
          "types " + std::to_string(gemm.a.type) + ", " + std::to_string(gemm.b.type) + " -> " +
              std::to_string(gemm.c.type) +
              ": emulated are fp32, fp16 and bfloat16 factors of one type, into fp32 or that type"};
}

Verdict check_shape(const Gemm& gemm) {
  if (gemm.m < 0 || gemm.n < 0 || gemm.k < 0 || gemm.batch < 0)
    return invalid("m, n, k and the batch must not be negative");
  for (const Matrix* matrix : {&gemm.a, &gemm.b, &gemm.c})
    if (matrix->leading < std::max<int64_t>(1, matrix->rows))
      return invalid("the leading dimension of " + text(*matrix, 1) + " is less than its rows");
  if (gemm.batch > 1 && (gemm.a.stride < 0 || gemm.b.stride < 0))
    return invalid("strides must not be negative");
  const int64_t c_extent = (gemm.c.columns - 1) * gemm.c.leading + gemm.c.rows;
  if (gemm.batch > 1 && gemm.n > 0 && gemm.m > 0 && gemm.c.stride < c_extent)
    return invalid("the matrices of " + text(gemm.c, gemm.batch) + " overlap each other");
  return {};
}

Verdict check_extent(const Matrix& matrix, int batch, int device) {
  if (matrix.rows == 0 || matrix.columns == 0) return {};
  const int64_t elements =
      (batch - 1) * matrix.stride + (matrix.columns - 1) * matrix.leading + matrix.rows;
  const auto bytes = static_cast<size_t>(elements) * element_size(matrix.type);
  const std::string wrong = check_device_range(matrix.data, bytes, device);
  return wrong.empty() ? Verdict{} : invalid("matrix " + text(matrix, batch) + " " + wrong);
}

Verdict check_extents(const Gemm& gemm, int device, bool reads_factors) {
  if (Verdict c = check_extent(gemm.c, gemm.batch, device); c.status) return c;
  if (!reads_factors) return {};
  for (const Matrix* matrix : {&gemm.a, &gemm.b}) {
    if (Verdict verdict = check_extent(*matrix, gemm.batch, device); verdict.status) return verdict;
    if (matrix->data == gemm.c.data && gemm.k > 0)
      return invalid(std::string(matrix->name) + " and C are the same memory");
  }
  return {};
}

}  // namespace

Verdict check(const cublasContext& handle, const Gemm& gemm) {
  if (handle.device != current_device())
    return invalid("the handle is of device " + std::to_string(handle.device) + " while device " +
                   std::to_string(current_device()) + " is current");
  if (!gemm.alpha || !gemm.beta) return invalid("alpha or beta is a null pointer");
  if (Verdict types = check_types(gemm); types.status) return types;
  if (Verdict shape = check_shape(gemm); shape.status) return shape;
  if (gemm.m == 0 || gemm.n == 0 || gemm.batch == 0) return {};
  const bool host_scalars = handle.pointer_mode == CUBLAS_POINTER_MODE_HOST;
  if (!host_scalars)
    for (const float* scalar : {gemm.alpha, gemm.beta})
      if (const std::string wrong = check_device_range(scalar, sizeof *scalar, handle.device);
          !wrong.empty())
        return invalid("alpha or beta, in device pointer mode, " + wrong);
  const bool reads_factors = gemm.k > 0 && !(host_scalars && *gemm.alpha == 0);
  return check_extents(gemm, handle.device, reads_factors);
}

}  // namespace cuda_emulation::blas
