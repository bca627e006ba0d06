// SPDX-License-Identifier: Apache-2.0
// Local response normalisation over windows of one map's pixels: each window summed directly, row
// by row, along the channels.
#include "cpu/lrn_within_map.h"

#include "cpu/lrn_scratch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/lrn_within_map.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/lrn_plan.h"
#include "cpu/vector-inl.h"

#ifndef FOVEA_KERNELS_CPU_LRN_MAP
#define FOVEA_KERNELS_CPU_LRN_MAP
namespace fovea::cpu {

struct LrnMap {
  int64_t height, width, channels;

  int64_t at(int64_t h, int64_t w) const { return (h * width + w) * channels; }
};

}  // namespace fovea::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Calls visit(row, column) for the pixels from `down` before to `up` after (h, w), clipped to the
// map, row by row.
template <class Visit>
HWY_INLINE void for_window(const LrnMap& map, int64_t h, int64_t w, int64_t down, int64_t up,
                           Visit visit) {
  const int64_t h0 = std::max<int64_t>(0, h - down), h1 = std::min(map.height - 1, h + up);
  const int64_t w0 = std::max<int64_t>(0, w - down), w1 = std::min(map.width - 1, w + up);
  for (int64_t i = h0; i <= h1; i++) {
    for (int64_t j = w0; j <= w1; j++) visit(i, j);
  }
}

// s of pixel (h, w), of the channels from x's.
HWY_INLINE FloatVector map_scale(const LrnPlan& plan, const LrnMap& map, int64_t h, int64_t w,
                                 const float* x) {
  FloatVector squares = hn::Zero(Floats());
  for_window(map, h, w, plan.before, plan.after, [&](int64_t i, int64_t j) {
    const FloatVector v = hn::LoadU(Floats(), x + map.at(i, j));
    squares = hn::Add(squares, hn::Mul(v, v));
  });
  return hn::MulAdd(hn::Set(Floats(), plan.a), squares, hn::Set(Floats(), plan.k));
}

// Row h of one image.
void lrn_map_row(const LrnPlan& plan, const LrnMap& map, int64_t h, const float* x, float* y) {
  for (int64_t w = 0; w < map.width; w++) {
    for (int64_t c = 0; c < map.channels; c += kLanes) {
      const FloatVector p =
          math::negative_power<VectorOps>(map_scale(plan, map, h, w, x + c), plan.beta);
      const int64_t at = map.at(h, w) + c;
      store_up_to(hn::Mul(hn::LoadU(Floats(), x + at), p), y + at, map.channels - c);
    }
  }
}

// `channels` <= kMapChannelBlock channels, from the pointers', of one image: first g = dy s^-beta
// and its ratios into scratch, then the ratios' sums over windows.
void lrn_map_gradient(const LrnPlan& plan, const LrnMap& map, int64_t channels, const float* x,
                      const float* dy, const float* positive, float* dx, float* scratch) {
  const Floats d;
  const LrnMap block{map.height, map.width, kMapChannelBlock};
  float* const ratios = scratch;
  float* const scaled = scratch + map.height * map.width * kMapChannelBlock;
  for (int64_t h = 0; h < map.height; h++) {
    for (int64_t w = 0; w < map.width; w++) {
      for (int64_t c = 0; c < channels; c += kLanes) {
        const int64_t at = map.at(h, w) + c;
        const FloatVector s = map_scale(plan, map, h, w, x + c);
        const FloatVector g =
            hn::Mul(hn::LoadU(d, dy + at), math::negative_power<VectorOps>(s, plan.beta));
        const FloatVector ratio = hn::Div(hn::Mul(g, hn::LoadU(d, x + at)), s);
        hn::StoreU(ratio, d, ratios + block.at(h, w) + c);
        hn::StoreU(g, d, scaled + block.at(h, w) + c);
      }
    }
  }
  for (int64_t h = 0; h < map.height; h++) {
    for (int64_t w = 0; w < map.width; w++) {
      for (int64_t c = 0; c < channels; c += kLanes) {
        FloatVector sum = hn::Zero(d);
        for_window(map, h, w, plan.after, plan.before, [&](int64_t i, int64_t j) {
          sum = hn::Add(sum, hn::LoadU(d, ratios + block.at(i, j) + c));
        });
        const int64_t at = map.at(h, w) + c;
        const FloatVector v = hn::LoadU(d, x + at);
        FloatVector out = hn::MulAdd(hn::Mul(hn::Set(d, plan.factor), v), sum,
                                     hn::LoadU(d, scaled + block.at(h, w) + c));
        if (positive != nullptr) out = where_positive(hn::LoadU(d, positive + at), out);
        store_up_to(out, dx + at, channels - c);
      }
    }
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(lrn_map_row);
HWY_EXPORT(lrn_map_gradient);

void lrn_within_map(Context& ctx, const LrnParams& params, const Tensor& x, Tensor& y) {
  const Shape& shape = x.shape();
  const LrnPlan plan(params, shape[3]);
  const LrnMap map{shape[1], shape[2], shape[3]};
  const int64_t image = shape[1] * shape[2] * shape[3];
  const auto kernel = &HWY_DYNAMIC_DISPATCH(lrn_map_row);
  ctx.pool().parallel_for(shape[0] * map.height, [&](int64_t item, int) {
    const int64_t at = item / map.height * image;
    kernel(plan, map, item % map.height, x.data<float>() + at, y.data<float>() + at);
  });
}

void lrn_within_map_gradient(Context& ctx, const LrnParams& params, const Tensor& x,
                             const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  const Shape& shape = x.shape();
  const LrnPlan plan(params, shape[3]);
  const LrnMap map{shape[1], shape[2], shape[3]};
  const int64_t image = shape[1] * shape[2] * shape[3];
  const int64_t blocks = (map.channels + kMapChannelBlock - 1) / kMapChannelBlock;
  const LrnScratch scratch(ctx, lrn_thread_floats(params, nullptr, shape));
  const auto kernel = &HWY_DYNAMIC_DISPATCH(lrn_map_gradient);
  ctx.pool().parallel_for(shape[0] * blocks, [&](int64_t item, int thread) {
    const int64_t c = item % blocks * kMapChannelBlock, at = item / blocks * image + c;
    kernel(plan, map, std::min(kMapChannelBlock, map.channels - c), x.data<float>() + at,
           dy.data<float>() + at, relu_output ? relu_output.data<float>() + at : nullptr,
           dx.data<float>() + at, scratch.of(thread));
  });
}

}  // namespace fovea::cpu
#endif
