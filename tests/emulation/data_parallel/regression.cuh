// SPDX-License-Identifier: Apache-2.0
// The kernels of linear regression, y = X w, by gradient descent. Rows of a batch are kFeatures
// inputs and the target.
#pragma once
#include <cuda_runtime.h>

namespace regression {

constexpr int kFeatures = 16, kRow = kFeatures + 1;
constexpr int kShards = 4,
              kShardRows =
                  8;  // of the whole batch: sums are made by shard, whatever the number of devices

// partial[s][f], for features [first, first + count): the gradient of shard s of `shards`, one
// chain over its rows.
cudaError_t shard_gradients(const float* batch, const float* weights, float* partial, int shards,
                            int first, int count, cudaStream_t stream);

// gradient[f] = the shards' sum, pairwise, neighbours first.
cudaError_t sum_shards(const float* partial, float* gradient, int shards, int first, int count,
                       cudaStream_t stream);

// weights -= rate gradient
cudaError_t update(float* weights, const float* gradient, float rate, int first, int count,
                   cudaStream_t stream);

}  // namespace regression
