// SPDX-License-Identifier: Apache-2.0
// Packing B: panels of kColumns columns (the last as narrow as whole vectors allow), each step
// after step, so that the tile reads it in order.

#if defined(FOVEA_KERNELS_CPU_GEMM_PACK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_PACK_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_PACK_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_PACK_INL_H_
#endif

#include "cpu/gemm/tile-inl.h"

#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// The panels that `columns` columns are cut into.
struct Panels {
  int64_t columns;

  int64_t count() const { return div_up(columns, kColumns); }
  int64_t used(int64_t panel) const {  // columns that exist
    return std::min<int64_t>(kColumns, columns - panel * kColumns);
  }
  int vectors(int64_t panel) const { return static_cast<int>(div_up(used(panel), kLanes)); }
  int64_t width(int64_t panel) const { return vectors(panel) * int64_t{kLanes}; }
  int64_t floats(int64_t depth) const { return depth * round_up(columns, kLanes); }
  // Where a panel starts when all have this depth.
  static int64_t offset(int64_t panel, int64_t depth) { return panel * kColumns * depth; }
};

// Reads up to a vector past the end of `from`, writes exactly `length` floats.
HWY_INLINE void copy_run(const float* HWY_RESTRICT from, int64_t length, float* HWY_RESTRICT to) {
  const D d;
  int64_t i = 0;
  for (; i + kLanes <= length; i += kLanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
  if (i < length) {
    hn::BlendedStore(hn::LoadU(d, from + i), hn::FirstN(d, static_cast<size_t>(length - i)), d,
                     to + i);
  }
}

HWY_INLINE void zero_run(int64_t length, float* to) {
  std::memset(to, 0, static_cast<size_t>(length) * sizeof(float));
}

// to(k, j) = from(k)[j] for j < columns; the rest of the panel's width is not used for anything
// that is kept, and stays as it is.
template <class Row>
HWY_INLINE void pack_rows(int64_t depth, int64_t columns, int64_t width, const Row& row,
                          float* to) {
  for (int64_t k = 0; k < depth; k++, to += width) copy_run(row(k), columns, to);
}

// All panels at once, along the rows: to(k, j) = from[k * ld + j] for j < panels.columns.
inline void pack_panels(const Panels& panels, int64_t depth, const float* from, int64_t ld,
                        float* to) {
  for (int64_t k = 0; k < depth; k++, from += ld) {
    for (int64_t j = 0; j < panels.count(); j++) {
      copy_run(from + j * kColumns, panels.used(j),
               to + Panels::offset(j, depth) + k * panels.width(j));
    }
  }
}

// to(k, j) = from[j * ld + k] for j < columns, in strips whose source and target both stay in L1.
inline void pack_transposed(int64_t depth, int64_t columns, int64_t width, const float* from,
                            int64_t ld, float* to) {
  constexpr int64_t strip = 16;
  for (int64_t k0 = 0; k0 < depth; k0 += strip) {
    const int64_t end = std::min(k0 + strip, depth);
    for (int64_t j = 0; j < columns; j++) {
      for (int64_t k = k0; k < end; k++) to[k * width + j] = from[j * ld + k];
    }
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
