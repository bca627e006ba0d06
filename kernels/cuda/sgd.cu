// SPDX-License-Identifier: Apache-2.0
// The update, one pass over three arenas: 20 bytes move per parameter, 22 where the weights are
// rounded as well.
#include "cuda/common/bf16.cuh"
#include "cuda/common/map.cuh"
#include "cuda/ops.h"

#include <cfloat>

namespace fovea::cuda {
namespace {

// A NaN stays.
__device__ inline float flush(float v) { return fabsf(v) < FLT_MIN ? 0.0f : v; }

struct PaperStep {
  float minus_lr, momentum, decay;
  __device__ void operator()(float g, float& v, float& w) const {
    v = flush(fmaf(minus_lr, fmaf(decay, w, g), momentum * v));
    w = w + v;
  }
};

struct PytorchStep {
  float minus_lr, momentum, decay;
  __device__ void operator()(float g, float& v, float& w) const {
    v = flush(fmaf(momentum, v, fmaf(decay, w, g)));
    w = fmaf(minus_lr, v, w);
  }
};

// `vectors` of four at the start, the rest one by one.
template <class Step>
__global__ void update_kernel(int64_t n, int64_t vectors, Step step, const int32_t* halted,
                              const float* g, float* v, float* w, BFloat16* rounded) {
  if (halted != nullptr && *halted != 0) return;
  const int64_t first = int64_t{blockIdx.x} * kMapThreads + threadIdx.x;
  const int64_t stride = int64_t{gridDim.x} * kMapThreads;
  for (int64_t i = first; i < vectors; i += stride) {
    const float4 gi = load4(g, i);
    float4 vi = load4(v, i), wi = load4(w, i);
    step(gi.x, vi.x, wi.x);
    step(gi.y, vi.y, wi.y);
    step(gi.z, vi.z, wi.z);
    step(gi.w, vi.w, wi.w);
    reinterpret_cast<float4*>(v)[i] = vi;
    reinterpret_cast<float4*>(w)[i] = wi;
    if (rounded != nullptr) store4(rounded, i, wi);
  }
  for (int64_t i = 4 * vectors + first; i < n; i += stride) {
    step(g[i], v[i], w[i]);
    if (rounded != nullptr) rounded[i] = BFloat16::from_float(w[i]);
  }
}

}  // namespace

void sgd_update(Context& ctx, const SgdParams& params, const Tensor& g, Tensor& v, Tensor& w) {
  const float* gs = g.data<float>();
  float *vs = v.data<float>(), *ws = w.data<float>();
  const int32_t* halted = params.halted ? params.halted.data<int32_t>() : nullptr;
  auto* rounded = params.rounded.data<BFloat16>();
  const bool aligned = aligned_for_vectors(gs) && aligned_for_vectors(vs) &&
                       aligned_for_vectors(ws) && aligned_for_four(rounded);
  const MapSize size(w.elements(), aligned);
  const auto run = [&](auto step) {
    launch(ctx, "sgd_update", update_kernel<decltype(step)>, size.blocks, kMapThreads, 0, size.n,
           size.vectors, step, halted, gs, vs, ws, rounded);
  };
  if (params.form == SgdForm::paper) {
    run(PaperStep{-params.lr, params.momentum, params.weight_decay});
  } else {
    run(PytorchStep{-params.lr, params.momentum, params.weight_decay});
  }
}

}  // namespace fovea::cuda
