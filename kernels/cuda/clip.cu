// SPDX-License-Identifier: Apache-2.0
#include "common/norm_factor.h"
#include "cuda/common/map.cuh"
#include "cuda/ops.h"

namespace fovea::cuda {
namespace {

constexpr int kParts = static_cast<int>(kSquaresParts);
constexpr int kSquaresThreads = 128;                          // of one block:
constexpr int64_t kSumsPerBlock = kSquaresThreads / kParts;  // so many sums' partial sums

// sums[b] of kSquaresBlock elements each; a thread holds one partial sum. The square of a float is
// exact in double precision.
__global__ void block_squares_kernel(const float* x, int64_t n, int64_t blocks, double* sums) {
  const int part = static_cast<int>(threadIdx.x) % kParts;
  const int64_t b = int64_t{blockIdx.x} * kSumsPerBlock + threadIdx.x / kParts;
  const int64_t end = (b + 1) * kSquaresBlock < n ? (b + 1) * kSquaresBlock : n;
  double sum = 0;
  for (int64_t i = b * kSquaresBlock + part; i < end; i += kParts) {
    const double v = x[i];
    sum += v * v;
  }
  // Neighbours first: both lanes of a pair get the same sum.
  for (int distance = 1; distance < kParts; distance *= 2)
    sum += __shfl_xor_sync(0xffffffffu, sum, distance);
  if (part == 0 && b < blocks) sums[b] = sum;
}

// One after the other, by one thread; the others bring the numbers near.
__global__ void chain_kernel(const double* sums, int64_t count, double* result) {
  __shared__ double near[kSquaresThreads];
  double sum = 0;
  for (int64_t first = 0; first < count; first += kSquaresThreads) {
    const int64_t i = first + threadIdx.x;
    if (i < count) near[threadIdx.x] = sums[i];
    __syncthreads();
    for (int k = 0; threadIdx.x == 0 && k < kSquaresThreads && first + k < count; k++)
      sum += near[k];
    __syncthreads();
  }
  if (threadIdx.x == 0) *result = sum;
}

struct Limit {
  float limit;
  __device__ float operator()(float v) const {
    return v > limit ? limit : v < -limit ? -limit : v;
  }
};

__global__ void limit_norm_kernel(int64_t n, float limit, const double* squares, float* x) {
  const double factor = norm_factor(limit, *squares);
  if (!(factor < 1)) return;
  const auto by = static_cast<float>(factor);
  const int64_t step = int64_t{gridDim.x} * kMapThreads;
  for (int64_t i = int64_t{blockIdx.x} * kMapThreads + threadIdx.x; i < n; i += step) x[i] *= by;
}

__device__ inline bool finite(double v) { return v - v == 0; }

__global__ void halt_unless_finite_kernel(const float* loss, const double* squares, int* halted) {
  if (!finite(*loss) || !finite(*squares)) *halted = 1;
}

}  // namespace

void sum_of_squares(Context& ctx, const Tensor& x, Tensor& result) {
  const int64_t n = x.elements(), blocks = (n + kSquaresBlock - 1) / kSquaresBlock;
  const auto count = static_cast<size_t>(blocks);
  Workspace::Scope scope(ctx.workspace(), Workspace::padded_for<double>(count));
  auto* sums = scope.take<double>(count);
  const int64_t grid = (blocks + kSumsPerBlock - 1) / kSumsPerBlock;
  launch(ctx, "sum_of_squares", block_squares_kernel, static_cast<unsigned>(grid), kSquaresThreads,
         0, x.data<float>(), n, blocks, sums);
  launch(ctx, "sum_of_squares (chain)", chain_kernel, 1, kSquaresThreads, 0, sums, blocks,
         result.data<double>());
}

void scale(Context& ctx, float factor, Tensor& x) {
  map(ctx, "scale", x.elements(), Multiply{factor}, x.data<float>(), x.data<float>());
}

void clamp(Context& ctx, float limit, Tensor& x) {
  map(ctx, "clamp", x.elements(), Limit{limit}, x.data<float>(), x.data<float>());
}

void limit_norm(Context& ctx, float limit, const Tensor& squares, Tensor& x) {
  const MapSize size(x.elements(), false);
  launch(ctx, "limit_norm", limit_norm_kernel, size.blocks, kMapThreads, 0, size.n, limit,
         squares.data<double>(), x.data<float>());
}

void halt_unless_finite(Context& ctx, const Tensor& loss, const Tensor& squares, Tensor& halted) {
  launch(ctx, "halt_unless_finite", halt_unless_finite_kernel, 1, 1, 0, loss.data<float>(),
         squares.data<double>(), halted.data<int32_t>());
}

}  // namespace fovea::cuda
