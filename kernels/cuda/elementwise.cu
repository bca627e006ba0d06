// SPDX-License-Identifier: Apache-2.0
#include "cuda/common/map.cuh"
#include "cuda/common/reduce.cuh"
#include "cuda/ops.h"

namespace fovea::cuda {
namespace {

__global__ void sum_kernel(const float* x, int64_t n, float* result) {
  __shared__ float scratch[kReduceParts];
  float part = 0;
  for (int64_t i = threadIdx.x; i < n; i += kReduceParts) part += x[i];
  const float sum = block_sum(part, scratch);
  if (threadIdx.x == 0) *result = sum;
}

// Calls copy(first byte in a row of y, bytes of a row, part) for every part that is not empty.
template <class Copy>
void for_each_part(const Tensor& y, std::span<const Tensor> xs, Copy copy) {
  auto* at = static_cast<std::byte*>(y.raw());
  for (const Tensor& x : xs) {
    const auto width = static_cast<size_t>(x.shape()[-1]) * sizeof(float);
    if (x.elements() > 0) copy(at, width, x);
    at += width;
  }
}

}  // namespace

void add(Context& ctx, const Tensor& a, const Tensor& b, Tensor& y) {
  map(ctx, "add", y.elements(), Add(), y.data<float>(), a.data<float>(), b.data<float>());
}

void concat(Context& ctx, std::span<const Tensor> xs, Tensor& y) {
  const size_t pitch = static_cast<size_t>(y.shape()[-1]) * sizeof(float);
  for_each_part(y, xs, [&](std::byte* whole, size_t width, const Tensor& part) {
    check(cudaMemcpy2DAsync(whole, pitch, part.raw(), width, width, part.bytes() / width,
                            cudaMemcpyDeviceToDevice, stream_of(ctx)),
          "concat");
  });
}

void split(Context& ctx, const Tensor& y, std::span<Tensor> xs) {
  const size_t pitch = static_cast<size_t>(y.shape()[-1]) * sizeof(float);
  for_each_part(y, xs, [&](const std::byte* whole, size_t width, const Tensor& part) {
    check(cudaMemcpy2DAsync(part.raw(), width, whole, pitch, width, part.bytes() / width,
                            cudaMemcpyDeviceToDevice, stream_of(ctx)),
          "split");
  });
}

void sum(Context& ctx, const Tensor& x, Tensor& result) {
  launch(ctx, "sum", sum_kernel, 1, kReduceParts, 0, x.data<float>(), x.elements(),
         result.data<float>());
}

}  // namespace fovea::cuda
