// SPDX-License-Identifier: Apache-2.0
// Sums in a fixed order: of a weight gradient's parts, and the bias gradient.
#include "cuda/common/lanes.cuh"
#include "cuda/tensor_core/passes.h"

#include <algorithm>

namespace fovea::cuda::tensor_core {
namespace {

constexpr int kSumThreads = 256;
// A block of the bias gradient: so many neighbouring channels, and rows at the same time.
constexpr int kBiasFours = 32, kBiasRows = kSumThreads / kBiasFours;

__global__ void __launch_bounds__(kSumThreads)
    sum_splits_kernel(int64_t elements, int splits, const float* partial, float* sum) {
  const int64_t i = int64_t{blockIdx.x} * kSumThreads + threadIdx.x;
  if (i >= elements) return;
  float total = partial[i];
#pragma unroll 16
  for (int split = 1; split < splits; split++) total += partial[split * elements + i];
  sum[i] = total;
}

// partial[y][k] = the sum of dy over part y of the pixels: of every 8th, then of those eight.
__global__ void __launch_bounds__(kSumThreads)
    bias_gradient_kernel(int64_t pixels, Channels channels, const float* dy, float* partial) {
  __shared__ Floats sums[kBiasRows][kBiasFours];
  const int x = static_cast<int>(threadIdx.x) % kBiasFours;
  const int y = static_cast<int>(threadIdx.x) / kBiasFours;
  const int64_t channel = (int64_t{blockIdx.x} * kBiasFours + x) * kLanes;
  const int left = channels.left(channel);
  const int64_t first = pixels * blockIdx.y / gridDim.y;
  const int64_t last = pixels * (blockIdx.y + 1) / gridDim.y;
  Floats sum{};
  if (left > 0) {
#pragma unroll 8
    for (int64_t pixel = first + y; pixel < last; pixel += kBiasRows) {
      const Floats v = load(dy + pixel * channels.count + channel, channels.vectors, left);
#pragma unroll
      for (int u = 0; u < kLanes; u++) sum[u] += v[u];
    }
  }
  sums[y][x] = sum;
  __syncthreads();
  if (y != 0 || left <= 0) return;
#pragma unroll
  for (int row = 1; row < kBiasRows; row++) {
#pragma unroll
    for (int u = 0; u < kLanes; u++) sum[u] += sums[row][x][u];
  }
  store(sum, partial + int64_t{blockIdx.y} * channels.count + channel, channels.vectors, left);
}

int bias_parts(const Windows& g) {
  return static_cast<int>(std::clamp<int64_t>(g.output_pixels() / 64, 1, 128));
}

}  // namespace

void sum_splits(Context& ctx, int splits, const float* partial, Tensor& sum) {
  launch(ctx, "sum_splits_kernel", sum_splits_kernel,
         static_cast<unsigned>(div_up(sum.elements(), kSumThreads)), kSumThreads, 0, sum.elements(),
         splits, partial, sum.data<float>());
}

size_t bias_gradient_bytes(const Windows& g) {
  return Workspace::padded_for<float>(static_cast<size_t>(int64_t{bias_parts(g)} * g.outputs));
}

void bias_gradient(Context& ctx, const Windows& g, const Tensor& dy, Tensor& db) {
  const int parts = bias_parts(g);
  Workspace::Scope scope(ctx.workspace(), bias_gradient_bytes(g));
  auto* partial = scope.take<float>(static_cast<size_t>(int64_t{parts} * g.outputs));
  const dim3 grid(static_cast<unsigned>(div_up(g.outputs, kBiasFours * kLanes)),
                  static_cast<unsigned>(parts));
  launch(ctx, "bias_gradient_kernel", bias_gradient_kernel, grid, kSumThreads, 0, g.output_pixels(),
         channels_of(g.outputs, dy.data<float>(), partial), dy.data<float>(), partial);
  sum_splits(ctx, parts, partial, db);
}

}  // namespace fovea::cuda::tensor_core
