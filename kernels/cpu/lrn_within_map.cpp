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

// s of kCount vectors of pixel (h, w), of the channels from x's.
template <int kCount>
HWY_INLINE void map_scales(const LrnPlan& plan, const LrnMap& map, int64_t h, int64_t w,
                           const float* x, FloatVector* s) {
  FloatVector squares[kCount];
  for (int u = 0; u < kCount; u++) squares[u] = hn::Zero(Floats());
  for_window(map, h, w, plan.before, plan.after, [&](int64_t i, int64_t j) {
    for (int u = 0; u < kCount; u++) {
      const FloatVector v = hn::LoadU(Floats(), x + map.at(i, j) + u * kLanes);
      squares[u] = hn::Add(squares[u], hn::Mul(v, v));
    }
  });
  const FloatVector a = hn::Set(Floats(), plan.a), k = hn::Set(Floats(), plan.k);
  for (int u = 0; u < kCount; u++) s[u] = hn::MulAdd(a, squares[u], k);
}

// Row h of one image.
void lrn_map_row(const LrnPlan& plan, const LrnMap& map, int64_t h, const float* x, float* y) {
  for (int64_t w = 0; w < map.width; w++) {
    for_channel_blocks(map.channels, [&](int64_t first, auto count) {
      constexpr int kCount = decltype(count)::value;
      FloatVector s[kCount];
      map_scales<kCount>(plan, map, h, w, x + first, s);
      for (int u = 0; u < kCount; u++) {
        const int64_t c = first + u * kLanes, at = map.at(h, w) + c;
        const FloatVector p = math::negative_power<VectorOps>(s[u], plan.beta);
        store_up_to(hn::Mul(hn::LoadU(Floats(), x + at), p), y + at, map.channels - c);
      }
    });
  }
}

// What the gradient of kMapChannelBlock channels of an image is made of: g = dy s^-beta, and the
// ratios g x / s.
struct LrnMapBlocks {
  LrnMap map;
  float *scaled, *ratios;
};

HWY_INLINE void map_ratios(const LrnPlan& plan, const LrnMap& map, int64_t channels, const float* x,
                           const float* dy, const LrnMapBlocks& to) {
  const Floats d;
  for (int64_t h = 0; h < map.height; h++) {
    for (int64_t w = 0; w < map.width; w++) {
      for_channel_blocks(channels, [&](int64_t first, auto count) {
        constexpr int kCount = decltype(count)::value;
        FloatVector s[kCount];
        map_scales<kCount>(plan, map, h, w, x + first, s);
        for (int u = 0; u < kCount; u++) {
          const int64_t c = first + u * kLanes, at = map.at(h, w) + c;
          const FloatVector p = math::negative_power<VectorOps>(s[u], plan.beta);
          const FloatVector g = hn::Mul(hn::LoadU(d, dy + at), p);
          hn::StoreU(g, d, to.scaled + to.map.at(h, w) + c);
          hn::StoreU(hn::Div(hn::Mul(g, hn::LoadU(d, x + at)), s[u]), d,
                     to.ratios + to.map.at(h, w) + c);
        }
      });
    }
  }
}

HWY_INLINE void map_gradient_sums(const LrnPlan& plan, const LrnMap& map, int64_t channels,
                                  const LrnMapBlocks& from, const float* x, const float* positive,
                                  float* dx) {
  const Floats d;
  const FloatVector factor = hn::Set(d, plan.factor);
  for (int64_t h = 0; h < map.height; h++) {
    for (int64_t w = 0; w < map.width; w++) {
      for_channel_blocks(channels, [&](int64_t first, auto count) {
        constexpr int kCount = decltype(count)::value;
        FloatVector sum[kCount];
        for (int u = 0; u < kCount; u++) sum[u] = hn::Zero(d);
        for_window(map, h, w, plan.after, plan.before, [&](int64_t i, int64_t j) {
          const float* ratio = from.ratios + from.map.at(i, j) + first;
          for (int u = 0; u < kCount; u++) {
            sum[u] = hn::Add(sum[u], hn::LoadU(d, ratio + u * kLanes));
          }
        });
        for (int u = 0; u < kCount; u++) {
          const int64_t c = first + u * kLanes, at = map.at(h, w) + c;
          const FloatVector g = hn::LoadU(d, from.scaled + from.map.at(h, w) + c);
          FloatVector out = hn::MulAdd(hn::Mul(factor, hn::LoadU(d, x + at)), sum[u], g);
          if (positive != nullptr) out = where_positive(hn::LoadU(d, positive + at), out);
          store_up_to(out, dx + at, channels - c);
        }
      });
    }
  }
}

// `channels` <= kMapChannelBlock channels, from the pointers', of one image.
void lrn_map_gradient(const LrnPlan& plan, const LrnMap& map, int64_t channels, const float* x,
                      const float* dy, const float* positive, float* dx, float* scratch) {
  const LrnMap block{map.height, map.width, kMapChannelBlock};
  const LrnMapBlocks blocks{block, scratch, scratch + map.height * map.width * kMapChannelBlock};
  map_ratios(plan, map, channels, x, dy, blocks);
  map_gradient_sums(plan, map, channels, blocks, x, positive, dx);
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
