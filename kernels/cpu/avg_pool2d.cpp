// SPDX-License-Identifier: Apache-2.0
// Average pooling: rows in parallel, each gathered along its channels.
#include <fovea/kernels/pool2d.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/avg_pool2d.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/pool_geometry.h"
#include "cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// What the sum over window (p, q) is divided by.
HWY_INLINE float divisor(const PoolGeometry& g, bool count_padding, int64_t p, int64_t q) {
  return count_padding ? static_cast<float>(g.h.padded_cells(p) * g.w.padded_cells(q))
                       : static_cast<float>(g.h.cells(p).size() * g.w.cells(q).size());
}

// Output row p of the image x.
void avg_pool_row(const PoolGeometry& g, bool count_padding, const float* x, int64_t p, float* y) {
  const Range r = g.h.cells(p);
  for (int64_t q = 0; q < g.w.out; q++) {
    const Range s = g.w.cells(q);
    const FloatVector cells = hn::Set(Floats(), divisor(g, count_padding, p, q));
    const float* const first =
        x + ((g.h.start(p) + r.begin) * g.w.in + g.w.start(q) + s.begin) * g.channels;
    for_channel_blocks(g.channels, [&](int64_t c, auto count) {
      constexpr int kCount = decltype(count)::value;
      FloatVector sum[kCount];
      for (int u = 0; u < kCount; u++) sum[u] = hn::Zero(Floats());
      for (int64_t i = 0; i < r.size(); i++) {
        for (int64_t j = 0; j < s.size(); j++) {
          const float* cell = first + i * g.in_row() + j * g.channels + c;
          for (int u = 0; u < kCount; u++) {
            sum[u] = hn::Add(sum[u], hn::LoadU(Floats(), cell + u * kLanes));
          }
        }
      }
      for (int u = 0; u < kCount; u++) {
        const int64_t channel = c + u * kLanes;
        store_up_to(hn::Div(sum[u], cells), y + q * g.channels + channel, g.channels - channel);
      }
    });
  }
}

// Row h of the gradient: for each pixel its windows' shares, in ascending order. dy points at the
// image.
void avg_pool_gradient_row(const PoolGeometry& g, bool count_padding, int64_t h, const float* dy,
                           float* dx) {
  const Range p = g.h.windows(h);
  for (int64_t w = 0; w < g.w.in; w++) {
    const Range q = g.w.windows(w);
    for_channel_blocks(g.channels, [&](int64_t c, auto count) {
      constexpr int kCount = decltype(count)::value;
      FloatVector sum[kCount];
      for (int u = 0; u < kCount; u++) sum[u] = hn::Zero(Floats());
      for (int64_t i = p.begin; i < p.end; i++) {
        for (int64_t j = q.begin; j < q.end; j++) {
          const FloatVector cells = hn::Set(Floats(), divisor(g, count_padding, i, j));
          const float* from = dy + (i * g.w.out + j) * g.channels + c;
          for (int u = 0; u < kCount; u++) {
            const FloatVector share = hn::Div(hn::LoadU(Floats(), from + u * kLanes), cells);
            sum[u] = hn::Add(sum[u], share);
          }
        }
      }
      for (int u = 0; u < kCount; u++) {
        const int64_t channel = c + u * kLanes;
        store_up_to(sum[u], dx + w * g.channels + channel, g.channels - channel);
      }
    });
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(avg_pool_row);
HWY_EXPORT(avg_pool_gradient_row);

void avg_pool2d_forward(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y) {
  const PoolGeometry g(params, x.shape(), y.shape());
  const auto kernel = &HWY_DYNAMIC_DISPATCH(avg_pool_row);
  ctx.pool().parallel_for(x.shape()[0] * g.h.out, [&](int64_t item, int) {
    kernel(g, params.count_include_pad, x.data<float>() + item / g.h.out * g.h.in * g.in_row(),
           item % g.h.out, y.data<float>() + item * g.out_row());
  });
}

void avg_pool2d_backward(Context& ctx, const Pool2dParams& params, const Tensor& dy, Tensor& dx) {
  const PoolGeometry g(params, dx.shape(), dy.shape());
  const auto kernel = &HWY_DYNAMIC_DISPATCH(avg_pool_gradient_row);
  ctx.pool().parallel_for(dx.shape()[0] * g.h.in, [&](int64_t item, int) {
    kernel(g, params.count_include_pad, item % g.h.in,
           dy.data<float>() + item / g.h.in * g.h.out * g.out_row(),
           dx.data<float>() + item * g.in_row());
  });
}

}  // namespace fovea::cpu
#endif
