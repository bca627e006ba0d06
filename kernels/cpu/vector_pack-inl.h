// SPDX-License-Identifier: Apache-2.0
// A few vectors that go through core/math-inl.h side by side: a long chain of dependent operations
// leaves a processor's multipliers idle, several at once do not. Included once per instruction set.
#if defined(FOVEA_KERNELS_CPU_VECTOR_PACK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_VECTOR_PACK_INL_H
#undef FOVEA_KERNELS_CPU_VECTOR_PACK_INL_H
#else
#define FOVEA_KERNELS_CPU_VECTOR_PACK_INL_H
#endif

#include "cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Of VectorOps what a power needs, vector by vector.
template <int kCount>
struct PackOps {
  struct F {
    FloatVector v[kCount];
  };
  struct I {
    IntVector v[kCount];
  };

  static HWY_INLINE F set(float v) {
    return each<F>([=](int) { return VectorOps::set(v); });
  }
  static HWY_INLINE F mul(const F& a, const F& b) {
    return each<F>([&](int u) { return VectorOps::mul(a.v[u], b.v[u]); });
  }
  static HWY_INLINE F fma(const F& a, const F& b, const F& c) {
    return each<F>([&](int u) { return VectorOps::fma(a.v[u], b.v[u], c.v[u]); });
  }
  static HWY_INLINE I set_int(int32_t v) {
    return each<I>([=](int) { return VectorOps::set_int(v); });
  }
  static HWY_INLINE I bits(const F& a) {
    return each<I>([&](int u) { return VectorOps::bits(a.v[u]); });
  }
  static HWY_INLINE F from_bits(const I& a) {
    return each<F>([&](int u) { return VectorOps::from_bits(a.v[u]); });
  }
  static HWY_INLINE I sub_int(const I& a, const I& b) {
    return each<I>([&](int u) { return VectorOps::sub_int(a.v[u], b.v[u]); });
  }
  template <int kBits>
  static HWY_INLINE I shift_right(const I& a) {
    return each<I>([&](int u) { return VectorOps::template shift_right<kBits>(a.v[u]); });
  }

 private:
  template <class Pack, class Function>
  static HWY_INLINE Pack each(Function f) {
    Pack pack;
    HWY_UNROLL(8) for (int u = 0; u < kCount; u++) pack.v[u] = f(u);
    return pack;
  }
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
