// SPDX-License-Identifier: Apache-2.0
// Vectors of floats of the instruction set that is being compiled: partial loads and stores, loops
// over flat arrays, and the policy for core/math-inl.h. Included once per instruction set.
#if defined(FOVEA_KERNELS_CPU_VECTOR_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_VECTOR_INL_H
#undef FOVEA_KERNELS_CPU_VECTOR_INL_H
#else
#define FOVEA_KERNELS_CPU_VECTOR_INL_H
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <cstring>
#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;
using FloatVector = hn::Vec<Floats>;
using IntVector = hn::Vec<Ints>;
using FloatMask = hn::Mask<Floats>;

constexpr int64_t kLanes = HWY_LANES(float);

// The first `count` < kLanes elements; zeros behind them.
HWY_INLINE FloatVector load_part(const float* from, int64_t count) {
  alignas(64) float lanes[kLanes] = {};
  std::memcpy(lanes, from, static_cast<size_t>(count) * sizeof(float));
  return hn::Load(Floats(), lanes);
}
HWY_INLINE void store_part(FloatVector v, float* to, int64_t count) {
  alignas(64) float lanes[kLanes];
  hn::Store(v, Floats(), lanes);
  std::memcpy(to, lanes, static_cast<size_t>(count) * sizeof(float));
}
// All lanes, or the first `count` of them when that is fewer.
HWY_INLINE void store_up_to(FloatVector v, float* to, int64_t count) {
  if (count >= kLanes) {
    hn::StoreU(v, Floats(), to);
  } else {
    store_part(v, to, count);
  }
}

// The same, past the caches if `stream` (cpu/streaming.h).
HWY_INLINE void write_up_to(bool stream, FloatVector v, float* to, int64_t count) {
  if (stream) {
    hn::Stream(v, Floats(), to);
  } else {
    store_up_to(v, to, count);
  }
}

// y[i] = f(x[i]...) for i in [begin, end). y may be one of the x.
template <class Function, class... In>
HWY_INLINE void map(int64_t begin, int64_t end, Function f, float* y, const In*... x) {
  const Floats d;
  int64_t i = begin;
  for (; i + kLanes <= end; i += kLanes) hn::StoreU(f(hn::LoadU(d, x + i)...), d, y + i);
  if (i < end) store_part(f(load_part(x + i, end - i)...), y + i, end - i);
}

// Calls body(c, count) for blocks of `count` vectors of channels from channel c, count being 4, 2
// or 1 as a compile-time constant: several independent chains hide the latency of one. The last
// vector may pass the last channel.
template <class Body>
HWY_INLINE void for_channel_blocks(int64_t channels, Body body) {
  int64_t c = 0;
  for (; c + 4 * kLanes <= channels; c += 4 * kLanes) body(c, std::integral_constant<int, 4>());
  if (c + 2 * kLanes <= channels) {
    body(c, std::integral_constant<int, 2>());
    c += 2 * kLanes;
  }
  for (; c < channels; c += kLanes) body(c, std::integral_constant<int, 1>());
}

// g where v > 0, else +0: the gradient of a ReLU with output v.
HWY_INLINE FloatVector where_positive(FloatVector v, FloatVector g) {
  return hn::IfThenElseZero(hn::Gt(v, hn::Zero(Floats())), g);
}

// The arithmetic of core/math-inl.h.
struct VectorOps {
  using F = FloatVector;
  using I = IntVector;
  using M = FloatMask;

  static HWY_INLINE F set(float v) { return hn::Set(Floats(), v); }
  static HWY_INLINE F add(F a, F b) { return hn::Add(a, b); }
  static HWY_INLINE F sub(F a, F b) { return hn::Sub(a, b); }
  static HWY_INLINE F mul(F a, F b) { return hn::Mul(a, b); }
  static HWY_INLINE F div(F a, F b) { return hn::Div(a, b); }
  static HWY_INLINE F fma(F a, F b, F c) { return hn::MulAdd(a, b, c); }
  static HWY_INLINE F sqrt(F v) { return hn::Sqrt(v); }
  static HWY_INLINE F abs(F v) { return hn::Abs(v); }

  static HWY_INLINE M less(F a, F b) { return hn::Lt(a, b); }
  static HWY_INLINE M equal(F a, F b) { return hn::Eq(a, b); }
  static HWY_INLINE M both(M a, M b) { return hn::And(a, b); }
  static HWY_INLINE bool all(M m) { return hn::AllTrue(Floats(), m); }
  static HWY_INLINE F select(M m, F a, F b) { return hn::IfThenElse(m, a, b); }

  static HWY_INLINE I set_int(int32_t v) { return hn::Set(Ints(), v); }
  static HWY_INLINE I bits(F v) { return hn::BitCast(Ints(), v); }
  static HWY_INLINE F from_bits(I v) { return hn::BitCast(Floats(), v); }
  static HWY_INLINE F to_float(I v) { return hn::ConvertTo(Floats(), v); }
  static HWY_INLINE I add_int(I a, I b) { return hn::Add(a, b); }
  static HWY_INLINE I sub_int(I a, I b) { return hn::Sub(a, b); }
  static HWY_INLINE I and_int(I a, I b) { return hn::And(a, b); }
  static HWY_INLINE I xor_int(I a, I b) { return hn::Xor(a, b); }
  static HWY_INLINE M is_zero(I v) { return hn::RebindMask(Floats(), hn::Eq(v, hn::Zero(Ints()))); }
  template <int kBits>
  static HWY_INLINE I shift_left(I v) {
    return hn::ShiftLeft<kBits>(v);
  }
  template <int kBits>
  static HWY_INLINE I shift_right(I v) {
    return hn::ShiftRight<kBits>(v);
  }
};

namespace math {
#define FOVEA_MATH HWY_INLINE
#include <fovea/core/math-inl.h>
}  // namespace math

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
