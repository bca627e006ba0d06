// SPDX-License-Identifier: Apache-2.0
// Asks for memory that is needed next, as the companion of tiles that work on what came before.

#if defined(FOVEA_KERNELS_CPU_GEMM_PREFETCH_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_PREFETCH_ROWS_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_PREFETCH_ROWS_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_PREFETCH_ROWS_INL_H_
#endif

#include "cpu/gemm/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Fetches rows of a matrix into L2, some cache lines at each call. (Copying them into panels right
// here is slower: it drives the tile's own operands out of L1.)
class PrefetchRows {
 public:
  PrefetchRows(const float* from, int64_t ld, int64_t rows, int64_t columns)
      : from_(from), ld_(ld), rows_(rows), columns_(columns) {}

  // All are asked for after about so many calls.
  void spread_over(int64_t calls) {
    pace_ = div_up(rows_ * div_up(columns_, kLine), std::max<int64_t>(1, calls));
  }

  template <int Rows>
  HWY_INLINE void operator()(const float* const (&)[Rows]) {
    for (int64_t i = 0; i < pace_ && rows_ > 0; i++) {
      __builtin_prefetch(from_ + column_, 0, 2);
      column_ += kLine;
      if (column_ < columns_) continue;
      column_ = 0;
      from_ += ld_;
      rows_--;
    }
  }

 private:
  static constexpr int64_t kLine = 16;  // floats

  const float* from_;
  int64_t ld_, rows_, columns_, column_ = 0, pace_ = 0;
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
