// SPDX-License-Identifier: Apache-2.0
// c (m x n) = a (m x k) b (k x n), row-major, in six steps from naive to tensor cores. Each step's
// file says what it changes, and what the counters of the emulation say about it.
#pragma once
#include <cuda_bf16.h>
#include <cuda_runtime.h>

namespace kernel_lab {

struct Size {
  int m, n, k;
};

cudaError_t gemm_naive(const float* a, const float* b, float* c, Size size, cudaStream_t stream);
cudaError_t gemm_coalesced(const float* a, const float* b, float* c, Size size,
                           cudaStream_t stream);
cudaError_t gemm_tiled(const float* a, const float* b, float* c, Size size, cudaStream_t stream);
cudaError_t gemm_register_tiled(const float* a, const float* b, float* c, Size size,
                                cudaStream_t stream);

// n and k multiples of 4: rows are copied 16 bytes at a time.
cudaError_t gemm_async(const float* a, const float* b, float* c, Size size, cudaStream_t stream);

// bfloat16 factors, fp32 sums; n and k multiples of 8.
cudaError_t gemm_tensor_core(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c, Size size,
                             cudaStream_t stream);

constexpr int divide_up(int value, int unit) { return (value + unit - 1) / unit; }

}  // namespace kernel_lab
