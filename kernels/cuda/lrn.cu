// SPDX-License-Identifier: Apache-2.0
// Local response normalisation: across channels through shared memory, each element loaded once;
// the choice of kernels.
#include "cuda/common/lrn_gradient.cuh"
#include "cuda/lrn.h"
#include "cuda/ops.h"

namespace fovea::cuda {
namespace {

template <class Reach, class Power>
__global__ void __launch_bounds__(kSpanFours)
    lrn_kernel(LrnSpans s, Reach reach, Power power, const float* x, float* y) {
  auto* shared = cuda_portable::dynamic_shared<float4>();
  for (int64_t span = int64_t{blockIdx.x} * s.in_block; span < s.count;
       span += int64_t{gridDim.x} * s.in_block) {
    const LrnPlace at(s, span);
    float4* row = shared + at.slot * s.reached();
    if (at.active) stage(s, at, x, s.below, s.reached(), row);
    __syncthreads();
    const int64_t c = at.channel();
    if (at.active && c < s.f.group) {
      const Floats out = normalised(s.f, reach, power, row + s.below + at.four);
      store(out, y + at.group * s.f.group + c, s.vectors, Channels{s.f.group, s.vectors}.left(c));
    }
    __syncthreads();
  }
}

struct GivenGradient {
  const float* dy;

  static size_t shared_bytes(const LrnSpans&) { return 0; }
  __device__ void prepare(const LrnSpans&, const LrnPlace&) const {}
  __device__ Floats operator()(const LrnSpans& s, const LrnPlace& at, int64_t c) const {
    return load_of_group(s, dy + at.group * s.f.group, c);
  }
};

bool in_shared_memory(const LrnParams& params, const Shape& x) {
  return params.region == LrnParams::Region::across_channels && lrn_fits({params, x[3]});
}

}  // namespace

bool lrn_fits(const LrnFormula& f) {
  if (f.group == 0) return true;
  const LrnSpans s(f, 1, true);
  return LrnGradientRows::bytes(s) + static_cast<size_t>(s.in_block) * kPooledPixelBytes <=
         kSharedBytes;
}

int64_t lrn_gradient_scratch(const LrnParams& params, const Shape& x) {
  return in_shared_memory(params, x) ? 0 : x.elements();
}

void normalise(Context& ctx, const LrnParams& params, const Shape& shape, const float* x,
               float* y) {
  if (shape.elements() == 0) return;
  if (!in_shared_memory(params, shape)) return normalise_windows(ctx, params, shape, x, y);
  const LrnSpans s = spans_of({params, shape[3]}, shape, x, y);
  const size_t bytes = sizeof(float4) * static_cast<size_t>(s.in_block * s.reached());
  with_lrn_constants(s.f, [&](auto reach, auto power) {
    launch(ctx, "lrn_forward", lrn_kernel<decltype(reach), decltype(power)>, lrn_blocks(s),
           s.threads(), bytes, s, reach, power, x, y);
  });
}

void normalise_gradient(Context& ctx, const LrnParams& params, const Shape& shape, const float* x,
                        const float* dy, const float* positive, float* scratch, float* dx) {
  if (shape.elements() == 0) return;
  if (!in_shared_memory(params, shape))
    return normalise_windows_gradient(ctx, params, shape, x, dy, positive, scratch, dx);
  const LrnSpans s = spans_of({params, shape[3]}, shape, x, dy, positive, dx);
  launch_lrn_gradient(ctx, "lrn_backward", s, GivenGradient{dy}, x, positive, dx);
}

void lrn_forward(Context& ctx, const LrnParams& params, const Tensor& x, Tensor& y) {
  normalise(ctx, params, x.shape(), x.data<float>(), y.data<float>());
}

void lrn_backward(Context& ctx, const LrnParams& params, const Tensor& x, const Tensor& dy,
                  const Tensor& relu_output, Tensor& dx) {
  const auto floats = static_cast<size_t>(lrn_gradient_scratch(params, x.shape()));
  Workspace::Scope scope(ctx.workspace(), floats > 0 ? Workspace::padded_for<float>(floats) : 0);
  normalise_gradient(ctx, params, x.shape(), x.data<float>(), dy.data<float>(),
                     relu_output ? relu_output.data<float>() : nullptr,
                     floats > 0 ? scope.take<float>(floats) : nullptr, dx.data<float>());
}

}  // namespace fovea::cuda
