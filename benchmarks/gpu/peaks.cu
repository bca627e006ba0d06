// SPDX-License-Identifier: Apache-2.0
#include "cuda/common/launch.cuh"
#include "gpu/peaks.h"

#include <fovea/core/tensor.h>

#include <cuda_portable/matrix.cuh>

namespace fovea::bench {
namespace {

constexpr int kThreads = 256, kBlocksEach = 4;  // of a multiprocessor
constexpr int kChains = 16;                     // fused multiply-adds in flight of one thread
constexpr int kTiles = 8;                       // mma of 16x8 results in flight of one warp

// Results are written so that nothing is left out.
__global__ void multiply_add_kernel(float* out, int steps, float factor, float summand) {
  float sums[kChains];
  for (int i = 0; i < kChains; i++)
    sums[i] = static_cast<float>(threadIdx.x + static_cast<unsigned>(i));
  for (int step = 0; step < steps; step++) {
#pragma unroll
    for (int i = 0; i < kChains; i++) sums[i] = fmaf(sums[i], factor, summand);
  }
  float total = 0;
  for (int i = 0; i < kChains; i++) total += sums[i];
  out[static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x] = total;
}

struct Tf32 {
  static constexpr int kDepth = 8;
  static __device__ void multiply(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    cuda_portable::mma_m16n8k8_tf32(d, a, b);
  }
};

struct Bf16 {
  static constexpr int kDepth = 16;
  static __device__ void multiply(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    cuda_portable::mma_m16n8k16_bf16(d, a, b);
  }
};

template <class Format>
__global__ void tensor_core_kernel(float* out, int steps, uint32_t bits) {
  float sums[kTiles][4] = {};
  const uint32_t a[4] = {bits, bits, bits, bits}, b[2] = {bits, bits};
  for (int step = 0; step < steps; step++) {
#pragma unroll
    for (int i = 0; i < kTiles; i++) Format::multiply(sums[i], a, b);
  }
  float total = 0;
  for (int i = 0; i < kTiles; i++) total += sums[i][0] + sums[i][1] + sums[i][2] + sums[i][3];
  out[static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x] = total;
}

unsigned blocks_of(const Context& ctx) {
  return static_cast<unsigned>(kBlocksEach * cuda::multiprocessors(ctx));
}

Case multiply_adds(Context& ctx, const Tensor& out, double effort) {
  const int steps = static_cast<int>(4096 * effort);
  const unsigned blocks = blocks_of(ctx);
  return {kMachine, kFmaPass, 2.0 * kChains * steps * kThreads * blocks, 0, [=, &ctx]() mutable {
            cuda::launch(ctx, "multiply_add", multiply_add_kernel, blocks, kThreads, 0,
                         out.data<float>(), steps, 0.999f, 0.001f);
          }};
}

template <class Format>
Case tensor_cores(Context& ctx, const Tensor& out, double effort) {
  const int steps = static_cast<int>(4096 * effort);
  const unsigned blocks = blocks_of(ctx), warps = blocks * (kThreads / 32);
  return {kMachine, kFmaPass, 2.0 * 16 * 8 * Format::kDepth * kTiles * steps * warps, 0,
          [=, &ctx]() mutable {
            cuda::launch(ctx, "tensor_core", tensor_core_kernel<Format>, blocks, kThreads, 0,
                         out.data<float>(), steps, 0u);
          }};
}

Case copies(Context& ctx, double effort) {
  const auto bytes = static_cast<int64_t>((512 << 20) * effort);
  const Tensor from({bytes}, DType::u8, ctx.device()), to({bytes}, DType::u8, ctx.device());
  return {kMachine, kCopyPass, 0, 2.0 * static_cast<double>(bytes),
          [=, &ctx] { ctx.copy(from, to); }};
}

}  // namespace

std::vector<Case> gpu_machine_cases(Context& ctx, double effort) {
  const Tensor out({static_cast<int64_t>(blocks_of(ctx)) * kThreads}, DType::f32, ctx.device());
  std::vector<Case> cases;
  switch (ctx.precision()) {
    case Precision::fp32:
      cases.push_back(multiply_adds(ctx, out, effort));
      break;
    case Precision::tf32:
      cases.push_back(tensor_cores<Tf32>(ctx, out, effort));
      break;
    case Precision::bf16:
      cases.push_back(tensor_cores<Bf16>(ctx, out, effort));
      break;
  }
  cases.push_back(copies(ctx, effort));
  return cases;
}

}  // namespace fovea::bench
