// SPDX-License-Identifier: Apache-2.0
// Pointwise activations over flat ranges.
#include <fovea/kernels/activation.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/activation.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

void activate(Activation kind, int64_t begin, int64_t end, const float* x, float* y) {
  const FloatVector zero = hn::Zero(Floats());
  switch (kind) {
    case Activation::relu:
      return map(
          begin, end, [=](FloatVector v) { return hn::IfThenZeroElse(hn::Le(v, zero), v); }, y, x);
    case Activation::tanh:
      return map(
          begin, end, [](FloatVector v) { return math::tanh<VectorOps>(v); }, y, x);
    case Activation::sigmoid:
      return map(
          begin, end, [](FloatVector v) { return math::sigmoid<VectorOps>(v); }, y, x);
  }
}

void activation_gradient(Activation kind, int64_t begin, int64_t end, const float* y,
                         const float* dy, float* dx) {
  const FloatVector one = hn::Set(Floats(), 1.0f);
  switch (kind) {
    case Activation::relu:
      return map(
          begin, end, [](FloatVector out, FloatVector g) { return where_positive(out, g); }, dx, y,
          dy);
    case Activation::tanh:
      return map(
          begin, end,
          [=](FloatVector out, FloatVector g) { return hn::Mul(g, hn::NegMulAdd(out, out, one)); },
          dx, y, dy);
    case Activation::sigmoid:
      return map(
          begin, end,
          [=](FloatVector out, FloatVector g) {
            return hn::Mul(g, hn::Mul(out, hn::Sub(one, out)));
          },
          dx, y, dy);
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(activate);
HWY_EXPORT(activation_gradient);

constexpr int64_t kGrain = 1 << 14;

void activation_forward(Context& ctx, Activation kind, const Tensor& x, Tensor& y) {
  const auto kernel = &HWY_DYNAMIC_DISPATCH(activate);
  ctx.pool().parallel_ranges(x.elements(), kGrain, [&](int64_t begin, int64_t end) {
    kernel(kind, begin, end, x.data<float>(), y.data<float>());
  });
}

void activation_backward(Context& ctx, Activation kind, const Tensor& y, const Tensor& dy,
                         Tensor& dx) {
  const auto kernel = &HWY_DYNAMIC_DISPATCH(activation_gradient);
  ctx.pool().parallel_ranges(y.elements(), kGrain, [&](int64_t begin, int64_t end) {
    kernel(kind, begin, end, y.data<float>(), dy.data<float>(), dx.data<float>());
  });
}

}  // namespace fovea::cpu
#endif
