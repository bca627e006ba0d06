// SPDX-License-Identifier: Apache-2.0
#include "convolution.cuh"

#include <cuda_portable/launch.cuh>

namespace {

constexpr int tile = 64, depth = 8,
              threads = 256;  // of the outputs that a block computes; of a step's products

__device__ __forceinline__ float pixel(const float* x, const Convolution& s, int image, int tap,
                                       int row, int column) {
  const int channel = tap / (s.r * s.r), y = row + tap % (s.r * s.r) / s.r, z = column + tap % s.r;
  if (y < 0 || y >= s.h || z < 0 || z >= s.w) return 0.0f;
  return __ldg(
      &x[((size_t(image) * size_t(s.c) + size_t(channel)) * size_t(s.h) + size_t(y)) * size_t(s.w) +
         size_t(z)]);
}

}  // namespace

// y[filters x pixels] = filters[filters x taps] * patches[taps x pixels]; each thread computes 4 x
// 4 outputs. While one tile is multiplied, the next is on its way in registers.
__global__ void __launch_bounds__(threads)
    convolution_kernel(const float* __restrict__ x, const float* __restrict__ filters,
                       float* __restrict__ y, Convolution s, int out_w, int pixels) {
  __shared__ __align__(16) float a[2][depth][tile + 4];
  __shared__ __align__(16) float b[2][depth][tile + 4];
  const int t = int(threadIdx.x), first_filter = int(blockIdx.y) * tile,
            first_pixel = int(blockIdx.x) * tile;
  const int taps = s.c * s.r * s.r, plane = (s.h + 2 * s.padding - s.r + 1) * out_w;
  const int a_row = t / (depth / 2), a_tap = t % (depth / 2) * 2, b_pixel = t % tile,
            b_tap = t / tile;
  const int at = first_pixel + b_pixel, image = at / plane, row = at % plane / out_w - s.padding,
            column = at % out_w - s.padding;

  float next_a[2], next_b[2];
  const auto fetch = [&](int step) {
    for (int i = 0; i < 2; ++i) {
      const int filter = first_filter + a_row, tap = step + a_tap + i;
      next_a[i] = filter < s.k && tap < taps
                      ? __ldg(&filters[size_t(filter) * size_t(taps) + size_t(tap)])
                      : 0.0f;
      const int patch_tap = step + b_tap + 4 * i;
      next_b[i] =
          at < pixels && patch_tap < taps ? pixel(x, s, image, patch_tap, row, column) : 0.0f;
    }
  };
  const auto store = [&](int buffer) {
    for (int i = 0; i < 2; ++i) {
      a[buffer][a_tap + i][a_row] = next_a[i];
      b[buffer][b_tap + 4 * i][b_pixel] = next_b[i];
    }
  };

  float sum[4][4] = {};
  const int tx = t % 16 * 4, ty = t / 16 * 4;
  fetch(0);
  store(0);
  __syncthreads();
  for (int step = 0, buffer = 0; step < taps; step += depth, buffer ^= 1) {
    const bool more = step + depth < taps;
    if (more) fetch(step + depth);
#pragma unroll
    for (int k = 0; k < depth; ++k) {
      const float4 u = *reinterpret_cast<const float4*>(&a[buffer][k][ty]),
                   v = *reinterpret_cast<const float4*>(&b[buffer][k][tx]);
      const float us[4] = {u.x, u.y, u.z, u.w}, vs[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
      for (int i = 0; i < 4; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) sum[i][j] = fmaf(us[i], vs[j], sum[i][j]);
      }
    }
    if (more) {
      store(buffer ^ 1);
      __syncthreads();
    }
  }
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 4; ++j) {
      const int filter = first_filter + ty + i, p = first_pixel + tx + j;
      if (filter >= s.k || p >= pixels) continue;
      y[(size_t(p / plane) * size_t(s.k) + size_t(filter)) * size_t(plane) + size_t(p % plane)] =
          sum[i][j];
    }
  }
}

cudaError_t convolve(const float* x, const float* filters, float* y, const Convolution& s,
                     cudaStream_t stream) {
  const int pixels = s.n * s.out_h() * s.out_w();
  const dim3 grid(unsigned(pixels + tile - 1) / tile, unsigned(s.k + tile - 1) / tile);
  return cuda_portable::launch(convolution_kernel, grid, threads, 0, stream, x, filters, y, s,
                               s.out_w(), pixels);
}
