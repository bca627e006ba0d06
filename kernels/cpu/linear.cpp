// SPDX-License-Identifier: Apache-2.0
// Fully connected layers on the CPU.

#include <fovea/kernels/linear.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/linear.cpp"
#include <hwy/foreach_target.h>
//
#include "cpu/gemm/bias_gradient-inl.h"
#include "cpu/gemm/linear_data_gradient-inl.h"
#include "cpu/gemm/linear_forward-inl.h"
#include "cpu/gemm/linear_weight_gradient-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

void linear_forward(Context& ctx, const LinearParams& params, const Tensor& x, const Tensor& w,
                    const Tensor& b, Tensor& y) {
  if (x.elements() == 0) return;
  const LinearForward forward(x.shape()[0], x.shape()[1], w.shape()[0], ctx.threads());
  forward.run(ctx, x.data<float>(), w.data<float>(), b.data<float>(), params.relu, y.data<float>());
}

void linear_data_gradient(Context& ctx, const Tensor& dy, const Tensor& w,
                          const Tensor& relu_output, Tensor& dx) {
  if (dx.elements() == 0) return;
  const LinearDataGradient gradient(dx.shape()[0], dx.shape()[1], w.shape()[0], ctx.threads());
  gradient.run(ctx, dy.data<float>(), w.data<float>(), relu_output.data<float>(), dx.data<float>());
}

void linear_data_gradient_from(Context& ctx, const Tensor& dy, const Tensor& w, Tensor& dx) {
  if (dx.elements() == 0) return;
  const LinearDataGradient gradient(dx.shape()[0], dx.shape()[1], w.shape()[0], ctx.threads());
  gradient.run(ctx, dy.data<float>(), w.data<float>(), nullptr, dx.data<float>(), true);
}

void linear_weight_gradient(Context& ctx, const Tensor& x, const Tensor& dy, Tensor& dw,
                            Tensor& db) {
  const int64_t batch = x.shape()[0], in = x.shape()[1], out = dw.shape()[0];
  const int shards = ctx.numerics() == Numerics::fast ? 1 : ctx.shards();
  const LinearWeightGradient gradient(batch, in, out, shards, ctx.threads());
  gradient.run(ctx, x.data<float>(), dy.data<float>(), dw.data<float>());
  if (db.empty()) return;
  BiasGradient(batch, 1, out, ctx.shards()).run(ctx, dy.data<float>(), db.data<float>());
}

size_t linear_workspace(int64_t batch, int64_t in, int64_t out, int shards, int threads) {
  return std::max({LinearForward(batch, in, out, threads).bytes(),
                   LinearDataGradient(batch, in, out, threads).bytes(),
                   LinearWeightGradient(batch, in, out, shards, threads).bytes(),
                   BiasGradient(batch, 1, out, shards).bytes()});
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(linear_forward);
HWY_EXPORT(linear_data_gradient);
HWY_EXPORT(linear_data_gradient_from);
HWY_EXPORT(linear_weight_gradient);
HWY_EXPORT(linear_workspace);

void linear_forward(Context& ctx, const LinearParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  HWY_DYNAMIC_DISPATCH(linear_forward)(ctx, params, x, w, b, y);
}

void linear_data_gradient(Context& ctx, const Tensor& dy, const Weight& w,
                          const Tensor& relu_output, Tensor& dx) {
  HWY_DYNAMIC_DISPATCH(linear_data_gradient)(ctx, dy, w, relu_output, dx);
}

void linear_data_gradient_from(Context& ctx, const Tensor& dy, const Tensor& w, Tensor& dx) {
  HWY_DYNAMIC_DISPATCH(linear_data_gradient_from)(ctx, dy, w, dx);
}

void linear_weight_gradient(Context& ctx, const Tensor& x, const Tensor& dy, Tensor& dw,
                            Tensor& db) {
  HWY_DYNAMIC_DISPATCH(linear_weight_gradient)(ctx, x, dy, dw, db);
}

size_t linear_workspace(const Context& ctx, int64_t batch, int64_t in, int64_t out) {
  return HWY_DYNAMIC_DISPATCH(linear_workspace)(batch, in, out, ctx.shards(), ctx.threads());
}

}  // namespace fovea::cpu
#endif
