// SPDX-License-Identifier: Apache-2.0
// dx = dy * w: dy's rows are the rows of the tile, read where they lie; the rows of w are its
// columns, copied into panels a block at a time.

#if defined(FOVEA_KERNELS_CPU_GEMM_LINEAR_DATA_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_LINEAR_DATA_GRADIENT_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_LINEAR_DATA_GRADIENT_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_LINEAR_DATA_GRADIENT_INL_H_
#endif

#include "cpu/gemm/pack-inl.h"

#include <fovea/core/context.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

class LinearDataGradient {
 public:
  LinearDataGradient(int64_t batch, int64_t in, int64_t out, int threads)
      : batch_(batch), in_(in), out_(out), threads_(threads), step_(even_piece(out, kDepth)) {
    const int64_t panels = div_up(in, kColumns);
    const int64_t blocks = std::min(panels, round_up(div_up(panels, kPanels), threads));
    panels_ = div_up(panels, blocks);
  }

  size_t bytes() const {
    ByteCounter counter;
    (void)take(counter);
    return counter.bytes();
  }

  void run(Context& ctx, const float* dy, const float* w, const float* relu_output,
           float* dx) const {
    Workspace::Scope scope(ctx.workspace(), bytes());
    const Buffers buffers = take(scope);
    OutputEnds ends{
        .add_at_end = ctx.numerics() == Numerics::fast, .mask = relu_output, .base = dx};
    for (int64_t n = 0; n < rows(); n++) {
      buffers.dy_rows[n] = dy + std::min(n, batch_ - 1) * out_;
      buffers.dx_rows[n] = dx + std::min(n, batch_ - 1) * in_;
    }
    ctx.pool().parallel_for(div_up(in_, panels_ * kColumns), [&](int64_t item, int thread) {
      block(item * panels_ * kColumns, w, buffers, buffers.packed + thread * packed_pitch(), ends);
    });
  }

 private:
  static constexpr int64_t kDepth = 96;   // chain steps of a block of w
  static constexpr int64_t kPanels = 24;  // of columns in a work item

  struct Buffers {
    const float** dy_rows;
    float** dx_rows;
    float* packed;  // of each thread: [panel][step][column]
  };

  int64_t rows() const { return round_up(batch_, kRows); }
  int64_t packed_pitch() const { return panels_ * kColumns * step_; }

  template <class Memory>
  Buffers take(Memory& memory) const {
    Buffers b;
    b.dy_rows = memory.template take<const float*>(static_cast<size_t>(rows()));
    b.dx_rows = memory.template take<float*>(static_cast<size_t>(rows()));
    b.packed = memory.template take<float>(static_cast<size_t>(threads_ * packed_pitch()));
    return b;
  }

  // Columns of dx from `first` on.
  void block(int64_t first, const float* w, const Buffers& buffers, float* packed,
             OutputEnds ends) const {
    const Panels panels{std::min(panels_ * kColumns, in_ - first)};
    for (int64_t k = 0; k < out_; k += step_) {
      const int64_t depth = std::min(step_, out_ - k);
      ends.first = k == 0;
      ends.last = k + depth == out_;
      for (int64_t r = 0; r < depth; r++)
        pack_row(panels, w + (k + r) * in_ + first, r, depth, packed);
      const Run run{k, depth, 1};
      for (int64_t j = 0; j < panels.count(); j++) {
        for (int64_t n = 0; n < batch_; n += kRows) {
          any_output_tile(panels.vectors(j), {&run, 1, buffers.dy_rows + n},
                          packed + Panels::offset(j, depth), buffers.dx_rows + n,
                          first + j * kColumns, ends,
                          static_cast<int>(std::min<int64_t>(kRows, batch_ - n)),
                          static_cast<int>(panels.used(j)));
        }
      }
    }
  }

  static void pack_row(const Panels& panels, const float* from, int64_t step, int64_t depth,
                       float* to) {
    for (int64_t j = 0; j < panels.count(); j++) {
      copy_run(from + j * kColumns, panels.used(j),
               to + Panels::offset(j, depth) + step * panels.width(j));
    }
  }

  int64_t batch_, in_, out_;
  int threads_;
  int64_t step_, panels_ = 0;
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
