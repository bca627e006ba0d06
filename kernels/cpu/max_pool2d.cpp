// SPDX-License-Identifier: Apache-2.0
// Max pooling: rows in parallel, each gathered along its channels.
#include "cpu/row_kernels.h"
#include "cpu/streaming.h"

#include <fovea/kernels/pool2d.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/max_pool2d.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/max_pool_row-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

void pool_row_u8(const PoolGeometry& g, const RowRing& x, int64_t p, bool prefetch, bool stream,
                 float* y, uint8_t* argmax) {
  max_pool_row(g, x, p, prefetch, stream, y, argmax);
}
void pool_row_i32(const PoolGeometry& g, const RowRing& x, int64_t p, bool prefetch, bool stream,
                  float* y, int32_t* argmax) {
  max_pool_row(g, x, p, prefetch, stream, y, argmax);
}
void pool_gradient_row_u8(const PoolGeometry& g, int64_t h, const float* dy, const uint8_t* argmax,
                          const float* positive, bool stream, float* dx) {
  max_pool_gradient_row(g, h, dy, argmax, positive, stream, dx);
}
void pool_gradient_row_i32(const PoolGeometry& g, int64_t h, const float* dy, const int32_t* argmax,
                           const float* positive, bool stream, float* dx) {
  max_pool_gradient_row(g, h, dy, argmax, positive, stream, dx);
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {
namespace {

HWY_EXPORT(pool_row_u8);
HWY_EXPORT(pool_row_i32);
HWY_EXPORT(pool_gradient_row_u8);
HWY_EXPORT(pool_gradient_row_i32);

template <class Index>
void forward(Context& ctx, const PoolGeometry& g, PoolRow<Index>* kernel, const Tensor& x,
             Tensor& y, Tensor& argmax) {
  const bool stream = worth_streaming(y, g.channels);
  ctx.pool().parallel_for(x.shape()[0] * g.h.out, [&](int64_t item, int) {
    const int64_t n = item / g.h.out, to = item * g.out_row();
    const RowRing image{x.data<float>() + n * g.h.in * g.in_row(), g.h.in, g.in_row()};
    kernel(g, image, item % g.h.out, true, stream, y.data<float>() + to,
           argmax ? argmax.data<Index>() + to : nullptr);
    end_streaming(stream);
  });
}

template <class Index>
void backward(Context& ctx, const PoolGeometry& g, PoolRowGradient<Index>* kernel,
              const Tensor& argmax, const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  const bool stream = worth_streaming(dx, g.channels);
  ctx.pool().parallel_for(dx.shape()[0] * g.h.in, [&](int64_t item, int) {
    const int64_t from = item / g.h.in * g.h.out * g.out_row(), to = item * g.in_row();
    kernel(g, item % g.h.in, dy.data<float>() + from, argmax.data<Index>() + from,
           relu_output ? relu_output.data<float>() + to : nullptr, stream, dx.data<float>() + to);
    end_streaming(stream);
  });
}

}  // namespace

PoolRow<uint8_t>* pool_row_kernel() { return HWY_DYNAMIC_DISPATCH(pool_row_u8); }

PoolRowGradient<uint8_t>* pool_row_gradient_kernel() {
  return HWY_DYNAMIC_DISPATCH(pool_gradient_row_u8);
}

void max_pool2d_forward(Context& ctx, const Pool2dParams& params, const Tensor& x, Tensor& y,
                        Tensor& argmax) {
  const PoolGeometry g(params, x.shape(), y.shape());
  if (max_pool2d_index_type(params) == DType::u8) {
    forward(ctx, g, pool_row_kernel(), x, y, argmax);
  } else {
    forward<int32_t>(ctx, g, HWY_DYNAMIC_DISPATCH(pool_row_i32), x, y, argmax);
  }
}

void max_pool2d_backward(Context& ctx, const Pool2dParams& params, const Tensor& argmax,
                         const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  const PoolGeometry g(params, dx.shape(), dy.shape());
  if (max_pool2d_index_type(params) == DType::u8) {
    backward(ctx, g, pool_row_gradient_kernel(), argmax, dy, relu_output, dx);
  } else {
    backward<int32_t>(ctx, g, HWY_DYNAMIC_DISPATCH(pool_gradient_row_i32), argmax, dy, relu_output,
                      dx);
  }
}

}  // namespace fovea::cpu
#endif
