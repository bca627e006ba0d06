// SPDX-License-Identifier: Apache-2.0
#include "regression.cuh"

#include <cuda_portable/launch.cuh>

namespace regression {

namespace {

__global__ void gradient_kernel(const float* batch, const float* weights, float* partial, int first,
                                int count) {
  if (static_cast<int>(threadIdx.x) >= count) return;
  const int feature = first + threadIdx.x, shard = blockIdx.x;
  float sum = 0;
  for (int i = 0; i < kShardRows; i++) {
    const float* row = batch + (shard * kShardRows + i) * kRow;
    float prediction = 0;
    for (int f = 0; f < kFeatures; f++) prediction = fmaf(row[f], weights[f], prediction);
    sum = fmaf(prediction - row[kFeatures], row[feature], sum);
  }
  partial[shard * kFeatures + feature] = sum;
}

__global__ void sum_kernel(const float* partial, float* gradient, int shards, int first,
                           int count) {
  if (static_cast<int>(threadIdx.x) >= count) return;
  const int feature = first + threadIdx.x;
  float sums[kShards];
  for (int s = 0; s < shards; s++) sums[s] = partial[s * kFeatures + feature];
  for (int distance = 1; distance < shards; distance *= 2)
    for (int s = 0; s < shards; s += 2 * distance) sums[s] += sums[s + distance];
  gradient[feature] = sums[0];
}

__global__ void update_kernel(float* weights, const float* gradient, float rate, int first,
                              int count) {
  if (static_cast<int>(threadIdx.x) >= count) return;
  const int feature = first + threadIdx.x;
  weights[feature] = fmaf(-rate, gradient[feature], weights[feature]);
}

}  // namespace

cudaError_t shard_gradients(const float* batch, const float* weights, float* partial, int shards,
                            int first, int count, cudaStream_t stream) {
  return cuda_portable::launch(gradient_kernel, shards, 32, 0, stream, batch, weights, partial,
                               first, count);
}

cudaError_t sum_shards(const float* partial, float* gradient, int shards, int first, int count,
                       cudaStream_t stream) {
  return cuda_portable::launch(sum_kernel, 1, 32, 0, stream, partial, gradient, shards, first,
                               count);
}

cudaError_t update(float* weights, const float* gradient, float rate, int first, int count,
                   cudaStream_t stream) {
  return cuda_portable::launch(update_kernel, 1, 32, 0, stream, weights, gradient, rate, first,
                               count);
}

}  // namespace regression
