// SPDX-License-Identifier: Apache-2.0
// Local response normalisation: across channels by runs of pixels; the choice of region.
#include "cpu/lrn_scratch.h"
#include "cpu/lrn_within_map.h"
#include "cpu/row_kernels.h"
#include "cpu/streaming.h"

#include <fovea/kernels/lrn.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/lrn.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/lrn_row-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

void normalise_pixels(const LrnPlan& plan, int64_t pixels, const float* x, bool stream, float* y,
                      float* scratch) {
  lrn_row(plan, pixels, x, stream, y, scratch);
  end_streaming(stream);
}

void normalise_pixels_gradient(const LrnPlan& plan, int64_t pixels, const float* x, const float* dy,
                               const float* positive, bool stream, float* dx, float* scratch) {
  lrn_gradient_row(plan, pixels, x, dy, positive, stream, dx, scratch);
  end_streaming(stream);
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {
namespace {

HWY_EXPORT(normalise_pixels);
HWY_EXPORT(normalise_pixels_gradient);

// Calls body(first pixel, pixels, scratch) for all pixels of x, in pieces.
template <class Body>
void for_pixels(Context& ctx, const LrnPlan& plan, const Shape& x, Body body) {
  constexpr int64_t kGrain = 1 << 14;  // elements
  const int64_t pixels = x[0] * x[1] * x[2];
  const int64_t grain = std::max<int64_t>(1, kGrain / plan.channels());
  const LrnScratch scratch(ctx, plan.scratch());
  ctx.pool().parallel_for((pixels + grain - 1) / grain, [&](int64_t item, int thread) {
    const int64_t begin = item * grain;
    body(begin, std::min(grain, pixels - begin), scratch.of(thread));
  });
}

}  // namespace

NormalisePixels* normalise_pixels_kernel() { return HWY_DYNAMIC_DISPATCH(normalise_pixels); }

NormalisePixelsGradient* normalise_pixels_gradient_kernel() {
  return HWY_DYNAMIC_DISPATCH(normalise_pixels_gradient);
}

size_t lrn_workspace(const Context& ctx, const LrnParams& params, const Pool2dParams* pool,
                     const Shape& x) {
  return LrnScratch::bytes(ctx, lrn_thread_floats(params, pool, x));
}

void lrn_forward(Context& ctx, const LrnParams& params, const Tensor& x, Tensor& y) {
  if (params.region == LrnParams::Region::within_map) return lrn_within_map(ctx, params, x, y);
  if (x.elements() == 0) return;
  const LrnPlan plan(params, x.shape()[3]);
  const bool stream = worth_streaming(y, plan.group);
  const auto kernel = normalise_pixels_kernel();
  for_pixels(ctx, plan, x.shape(), [&](int64_t begin, int64_t pixels, float* scratch) {
    const int64_t at = begin * plan.channels();
    kernel(plan, pixels, x.data<float>() + at, stream, y.data<float>() + at, scratch);
  });
}

void lrn_backward(Context& ctx, const LrnParams& params, const Tensor& x, const Tensor& dy,
                  const Tensor& relu_output, Tensor& dx) {
  if (params.region == LrnParams::Region::within_map) {
    return lrn_within_map_gradient(ctx, params, x, dy, relu_output, dx);
  }
  if (x.elements() == 0) return;
  const LrnPlan plan(params, x.shape()[3]);
  const bool stream = worth_streaming(dx, plan.group);
  const auto kernel = normalise_pixels_gradient_kernel();
  for_pixels(ctx, plan, x.shape(), [&](int64_t begin, int64_t pixels, float* scratch) {
    const int64_t at = begin * plan.channels();
    kernel(plan, pixels, x.data<float>() + at, dy.data<float>() + at,
           relu_output ? relu_output.data<float>() + at : nullptr, stream, dx.data<float>() + at,
           scratch);
  });
}

}  // namespace fovea::cpu
#endif
