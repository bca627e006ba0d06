// SPDX-License-Identifier: Apache-2.0
// The gradient of response normalisation across channels, given by a functor: read, or gathered
// from what was pooled.
#pragma once

#include "cuda/common/launch.cuh"
#include "cuda/common/lrn.cuh"

#include <cuda_portable/shared_memory.cuh>

namespace fovea::cuda {

// The shared memory of a block: x and then the ratios g x / s of each span.
struct LrnGradientRows {
  float4 *x, *ratios;

  __device__ LrnGradientRows(const LrnSpans& s, int slot, float4* shared)
      : x(shared + slot * s.reached_twice()),
        ratios(shared + s.in_block * s.reached_twice() + slot * s.reached()) {}
  __host__ __device__ static size_t bytes(const LrnSpans& s) {
    return sizeof(float4) * static_cast<size_t>(s.in_block) *
           static_cast<size_t>(s.reached_twice() + s.reached());
  }
};

// Ratios of the span's channels and of those that its windows, turned round, reach; gives g = dy
// s^-beta of this thread's own.
template <class Reach, class Power, class Gradient>
__device__ Floats lrn_ratios(const LrnSpans& s, Reach reach, Power power, const LrnPlace& at,
                             const LrnGradientRows& rows, const Gradient& gradient) {
  Floats own{};
  for (int i = at.four; i < s.reached(); i += s.fours) {  // from its own on, the last ones' turn
    const int place = i + s.above < s.reached() ? i + s.above : i + s.above - s.reached();
    const int64_t c = at.first + int64_t{place - s.above} * kLanes;
    Floats ratio{};
    if (c >= 0 && c < s.f.group) {
      const float4* here = rows.x + s.below + place;
      const Floats scales = lrn_scales(s.f, reach, here), dy = gradient(s, at, c);
      const Floats x{here->x, here->y, here->z, here->w};
#pragma unroll
      for (int u = 0; u < kLanes; u++) {
        const float g = dy[u] * power(scales[u]);
        if (c + u < s.f.group) ratio[u] = (g * x[u]) / scales[u];
        if (i == at.four) own[u] = g;
      }
    }
    rows.ratios[place] = {ratio[0], ratio[1], ratio[2], ratio[3]};
  }
  return own;
}

// `positive` may be null, else it is the output of a ReLU whose gradient is applied as well.
template <class Reach, class Power, class Gradient>
__global__ void __launch_bounds__(kSpanFours)
    lrn_gradient_kernel(LrnSpans s, Reach reach, Power power, Gradient gradient, const float* x,
                        const float* positive, float* dx) {
  auto* shared = cuda_portable::dynamic_shared<float4>();
  for (int64_t span = int64_t{blockIdx.x} * s.in_block; span < s.count;
       span += int64_t{gridDim.x} * s.in_block) {
    const LrnPlace at(s, span);
    const LrnGradientRows rows(s, at.slot, shared);
    if (at.active) stage(s, at, x, s.below + s.above, s.reached_twice(), rows.x);
    gradient.prepare(s, at);
    __syncthreads();
    Floats scaled{};
    if (at.active) scaled = lrn_ratios(s, reach, power, at, rows, gradient);
    __syncthreads();
    const int64_t c = at.channel();
    if (at.active && c < s.f.group) {
      const int place = s.above + at.four;
      Floats out = window_sums(rows.ratios + place, reach.turned(), Itself());
      const float4 four = rows.x[s.below + place];
      const Floats own{four.x, four.y, four.z, four.w};
#pragma unroll
      for (int u = 0; u < kLanes; u++) out[u] = fmaf(s.f.factor * own[u], out[u], scaled[u]);
      const int64_t group = at.group * s.f.group;
      if (positive != nullptr) keep_where_positive(load_of_group(s, positive + group, c), out);
      store(out, dx + group + c, s.vectors, Channels{s.f.group, s.vectors}.left(c));
    }
    __syncthreads();
  }
}

inline unsigned lrn_blocks(const LrnSpans& s) {
  constexpr int64_t kMost = 1 << 20;  // more work than that is done by loops
  return static_cast<unsigned>(std::min((s.count + s.in_block - 1) / s.in_block, kMost));
}

template <class Gradient>
void launch_lrn_gradient(const Context& ctx, const char* name, const LrnSpans& s,
                         const Gradient& gradient, const float* x, const float* positive,
                         float* dx) {
  with_lrn_constants(s.f, [&](auto reach, auto power) {
    launch(ctx, name, lrn_gradient_kernel<decltype(reach), decltype(power), Gradient>,
           lrn_blocks(s), s.threads(), LrnGradientRows::bytes(s) + Gradient::shared_bytes(s), s,
           reach, power, gradient, x, positive, dx);
  });
}

}  // namespace fovea::cuda
