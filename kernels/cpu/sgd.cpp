// SPDX-License-Identifier: Apache-2.0
// The update, one pass over three arenas: 20 bytes move per parameter.
#include <fovea/kernels/sgd.h>

#include <cfloat>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/sgd.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Subnormal velocities of weights that rest would slow every later step. A NaN stays.
HWY_INLINE FloatVector flush(FloatVector v) {
  return hn::IfThenZeroElse(hn::Lt(hn::Abs(v), hn::Set(Floats(), FLT_MIN)), v);
}

// Calls step(g, &v, &w) for all elements.
template <class Step>
HWY_INLINE void update(int64_t n, Step step, const float* g, float* v, float* w) {
  const Floats d;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    FloatVector vi = hn::LoadU(d, v + i), wi = hn::LoadU(d, w + i);
    step(hn::LoadU(d, g + i), vi, wi);
    hn::StoreU(vi, d, v + i);
    hn::StoreU(wi, d, w + i);
  }
  if (i < n) {
    FloatVector vi = load_part(v + i, n - i), wi = load_part(w + i, n - i);
    step(load_part(g + i, n - i), vi, wi);
    store_part(vi, v + i, n - i);
    store_part(wi, w + i, n - i);
  }
}

// v = -lr (g + decay w) + momentum v;  w = w + v
void sgd_paper(const SgdParams& params, int64_t n, const float* g, float* v, float* w) {
  const FloatVector minus_lr = VectorOps::set(-params.lr);
  const FloatVector momentum = VectorOps::set(params.momentum);
  const FloatVector decay = VectorOps::set(params.weight_decay);
  update(
      n,
      [=](FloatVector gi, FloatVector& vi, FloatVector& wi) {
        vi = flush(hn::MulAdd(minus_lr, hn::MulAdd(decay, wi, gi), hn::Mul(momentum, vi)));
        wi = hn::Add(wi, vi);
      },
      g, v, w);
}

// v = momentum v + (g + decay w);  w = -lr v + w
void sgd_pytorch(const SgdParams& params, int64_t n, const float* g, float* v, float* w) {
  const FloatVector minus_lr = VectorOps::set(-params.lr);
  const FloatVector momentum = VectorOps::set(params.momentum);
  const FloatVector decay = VectorOps::set(params.weight_decay);
  update(
      n,
      [=](FloatVector gi, FloatVector& vi, FloatVector& wi) {
        vi = flush(hn::MulAdd(momentum, vi, hn::MulAdd(decay, wi, gi)));
        wi = hn::MulAdd(minus_lr, vi, wi);
      },
      g, v, w);
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(sgd_paper);
HWY_EXPORT(sgd_pytorch);

void sgd_update(Context& ctx, const SgdParams& params, const Tensor& g, Tensor& v, Tensor& w) {
  if (params.halted && *params.halted.data<int32_t>() != 0) return;
  constexpr int64_t kGrain = 1 << 15;
  const float* gs = g.data<float>();
  float *vs = v.data<float>(), *ws = w.data<float>();
  auto* rounded = params.rounded.data<BFloat16>();
  const auto kernel = params.form == SgdForm::paper ? &HWY_DYNAMIC_DISPATCH(sgd_paper)
                                                    : &HWY_DYNAMIC_DISPATCH(sgd_pytorch);
  ctx.pool().parallel_ranges(w.elements(), kGrain, [&](int64_t begin, int64_t end) {
    kernel(params, end - begin, gs + begin, vs + begin, ws + begin);
    if (rounded == nullptr) return;
    for (int64_t i = begin; i < end; i++) rounded[i] = BFloat16::from_float(ws[i]);
  });
}

}  // namespace fovea::cpu
#endif
