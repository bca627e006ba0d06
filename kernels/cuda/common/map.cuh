// SPDX-License-Identifier: Apache-2.0
// out[i] = f(in[i], ...) over flat arrays, four elements to a load where all are aligned for it.
#pragma once

#include "cuda/common/launch.cuh"

#include <algorithm>
#include <cstdint>

namespace fovea::cuda {

constexpr int kMapThreads = 256;
constexpr int64_t kMapBlocks = 4096;  // more work than that is done by loops

// An element times a constant.
struct Multiply {
  float factor;
  __device__ float operator()(float v) const { return v * factor; }
};

__device__ inline float4 load4(const float* from, int64_t i) {
  return reinterpret_cast<const float4*>(from)[i];
}

// `vectors` of four at the start, the rest one by one. `out` may be one of the inputs.
template <class F, class... In>
__global__ void map_kernel(int64_t n, int64_t vectors, F f, float* out, const In*... in) {
  const int64_t first = int64_t{blockIdx.x} * kMapThreads + threadIdx.x;
  const int64_t step = int64_t{gridDim.x} * kMapThreads;
  for (int64_t i = first; i < vectors; i += step) {
    const auto four = [&](auto... v) {
      return float4{f(v.x...), f(v.y...), f(v.z...), f(v.w...)};
    };
    reinterpret_cast<float4*>(out)[i] = four(load4(in, i)...);
  }
  for (int64_t i = 4 * vectors + first; i < n; i += step) out[i] = f(in[i]...);
}

inline bool aligned_for_vectors(const void* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % sizeof(float4) == 0;
}

// How a pass over n elements is launched.
struct MapSize {
  int64_t n, vectors;
  unsigned blocks;

  MapSize(int64_t elements, bool aligned) : n(elements), vectors(aligned ? elements / 4 : 0) {
    const int64_t threads = std::max(vectors, n - 4 * vectors);
    blocks = static_cast<unsigned>(
        std::min((threads + kMapThreads - 1) / kMapThreads, kMapBlocks));
  }
};

template <class F, class... In>
void map(const Context& ctx, const char* name, int64_t n, F f, float* out, const In*... in) {
  const MapSize size(n, (aligned_for_vectors(out) && ... && aligned_for_vectors(in)));
  launch(ctx, name, map_kernel<F, In...>, size.blocks, kMapThreads, 0, n, size.vectors, f, out,
         in...);
}

}  // namespace fovea::cuda
