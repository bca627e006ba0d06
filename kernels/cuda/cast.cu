// SPDX-License-Identifier: Apache-2.0
#include "cuda/common/bf16.cuh"
#include "cuda/common/map.cuh"
#include "cuda/ops.h"

namespace fovea::cuda {
namespace {

// `fours` of four at the start, the rest one by one.
__global__ void narrow_kernel(int64_t n, int64_t fours, const float* x, BFloat16* y) {
  const int64_t first = int64_t{blockIdx.x} * kMapThreads + threadIdx.x;
  const int64_t step = int64_t{gridDim.x} * kMapThreads;
  for (int64_t i = first; i < fours; i += step) store4(y, i, load4(x, i));
  for (int64_t i = 4 * fours + first; i < n; i += step) y[i] = BFloat16::from_float(x[i]);
}

__global__ void widen_kernel(int64_t n, int64_t fours, const BFloat16* x, float* y) {
  const int64_t first = int64_t{blockIdx.x} * kMapThreads + threadIdx.x;
  const int64_t step = int64_t{gridDim.x} * kMapThreads;
  for (int64_t i = first; i < fours; i += step) reinterpret_cast<float4*>(y)[i] = load4(x, i);
  for (int64_t i = 4 * fours + first; i < n; i += step) y[i] = x[i].to_float();
}

}  // namespace

void cast(Context& ctx, const Tensor& x, Tensor& y) {
  const bool narrows = x.dtype() == DType::f32;
  const auto* wide = (narrows ? x : y).data<float>();
  const auto* narrow = (narrows ? y : x).data<BFloat16>();
  const MapSize size(x.elements(), aligned_for_vectors(wide) && aligned_for_four(narrow));
  if (narrows)
    launch(ctx, "cast", narrow_kernel, size.blocks, kMapThreads, 0, size.n, size.vectors,
           x.data<float>(), y.data<BFloat16>());
  else
    launch(ctx, "cast", widen_kernel, size.blocks, kMapThreads, 0, size.n, size.vectors,
           x.data<BFloat16>(), y.data<float>());
}

}  // namespace fovea::cuda
