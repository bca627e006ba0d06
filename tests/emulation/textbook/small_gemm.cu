// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>
#include <cuda_portable/shared_memory.cuh>

namespace textbook {

namespace {

constexpr int kLargest = 16;

__global__ void small_gemm_kernel(const float* a, const float* b, float* c, int n) {
  float* a_tile = cuda_portable::dynamic_shared<float>();
  float* b_tile = a_tile + n * n;
  const size_t matrix = static_cast<size_t>(blockIdx.x) * n * n;
  const int row = threadIdx.y, column = threadIdx.x;
  const bool inside = row < n && column < n;
  if (inside) {
    a_tile[row * n + column] = a[matrix + row * n + column];
    b_tile[row * n + column] = b[matrix + row * n + column];
  }
  __syncthreads();
  if (inside) {
    float sum = 0;
    for (int k = 0; k < n; k++) sum = fmaf(a_tile[row * n + k], b_tile[k * n + column], sum);
    c[matrix + row * n + column] = sum;
  }
}

}  // namespace

cudaError_t small_gemm(const float* a, const float* b, float* c, int n, int batch,
                       cudaStream_t stream) {
  const size_t shared = 2 * sizeof(float) * static_cast<size_t>(n) * static_cast<size_t>(n);
  return cuda_portable::launch(small_gemm_kernel, batch, dim3(kLargest, kLargest), shared, stream,
                               a, b, c, n);
}

}  // namespace textbook
