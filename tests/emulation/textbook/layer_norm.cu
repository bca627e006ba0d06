// SPDX-License-Identifier: Apache-2.0
#include "row_reduce.cuh"
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

__global__ void layer_norm_kernel(LayerNorm norm, const float* x, float* y) {
  __shared__ float scratch[kRowThreads / 32];
  const int n = norm.columns;
  x += static_cast<size_t>(blockIdx.x) * n;
  y += static_cast<size_t>(blockIdx.x) * n;
  float sum = 0;
  for (int i = threadIdx.x; i < n; i += kRowThreads) sum += x[i];
  const float mean = block_reduce(sum, Add{}, scratch) / n;
  float squares = 0;
  for (int i = threadIdx.x; i < n; i += kRowThreads) squares += (x[i] - mean) * (x[i] - mean);
  const float variance = block_reduce(squares, Add{}, scratch) / n;
  const float inverse = 1 / sqrtf(variance + norm.epsilon);
  for (int i = threadIdx.x; i < n; i += kRowThreads)
    y[i] = (x[i] - mean) * inverse * norm.gamma[i] + norm.beta[i];
  if (threadIdx.x == 0) {
    norm.mean[blockIdx.x] = mean;
    norm.inverse_deviation[blockIdx.x] = inverse;
  }
}

// dx = inverse (g - mean(g) - xhat mean(g xhat)), with g = dy gamma and xhat the normalised x.
__global__ void input_gradient_kernel(LayerNorm norm, const float* x, const float* dy, float* dx) {
  __shared__ float scratch[kRowThreads / 32];
  const int n = norm.columns;
  const size_t row = static_cast<size_t>(blockIdx.x) * n;
  const float mean = norm.mean[blockIdx.x], inverse = norm.inverse_deviation[blockIdx.x];
  float sum = 0, product = 0;
  for (int i = threadIdx.x; i < n; i += kRowThreads) {
    const float g = dy[row + i] * norm.gamma[i];
    sum += g;
    product += g * (x[row + i] - mean) * inverse;
  }
  sum = block_reduce(sum, Add{}, scratch) / n;
  product = block_reduce(product, Add{}, scratch) / n;
  for (int i = threadIdx.x; i < n; i += kRowThreads) {
    const float normalised = (x[row + i] - mean) * inverse;
    dx[row + i] = inverse * (dy[row + i] * norm.gamma[i] - sum - normalised * product);
  }
}

// One thread for each column, down the rows.
__global__ void parameter_gradient_kernel(LayerNorm norm, const float* x, const float* dy,
                                          float* dgamma, float* dbeta) {
  const int column = blockIdx.x * kRowThreads + threadIdx.x;
  if (column >= norm.columns) return;
  float gamma = 0, beta = 0;
  for (int row = 0; row < norm.rows; row++) {
    const size_t at = static_cast<size_t>(row) * norm.columns + column;
    gamma += dy[at] * (x[at] - norm.mean[row]) * norm.inverse_deviation[row];
    beta += dy[at];
  }
  dgamma[column] = gamma;
  dbeta[column] = beta;
}

}  // namespace

cudaError_t layer_norm(const LayerNorm& norm, const float* x, float* y, cudaStream_t stream) {
  return cuda_portable::launch(layer_norm_kernel, norm.rows, kRowThreads, 0, stream, norm, x, y);
}

cudaError_t layer_norm_backward(const LayerNorm& norm, const float* x, const float* dy, float* dx,
                                float* dgamma, float* dbeta, cudaStream_t stream) {
  if (const cudaError_t error = cuda_portable::launch(input_gradient_kernel, norm.rows, kRowThreads,
                                                      0, stream, norm, x, dy, dx))
    return error;
  const int blocks = (norm.columns + kRowThreads - 1) / kRowThreads;
  return cuda_portable::launch(parameter_gradient_kernel, blocks, kRowThreads, 0, stream, norm, x,
                               dy, dgamma, dbeta);
}

}  // namespace textbook
