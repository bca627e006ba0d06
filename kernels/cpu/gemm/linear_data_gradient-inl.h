// SPDX-License-Identifier: Apache-2.0
// dx = dy * w: dy's rows are the rows of the tile, the rows of w its columns, copied a panel at a
// time.

#if defined(FOVEA_KERNELS_CPU_GEMM_LINEAR_DATA_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_LINEAR_DATA_GRADIENT_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_LINEAR_DATA_GRADIENT_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_LINEAR_DATA_GRADIENT_INL_H_
#endif

#include "cpu/gemm/prefetch_rows-inl.h"

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

  // go_on: the chains begin with what dx holds, not with +0.
  void run(Context& ctx, const float* dy, const float* w, const float* relu_output, float* dx,
           bool go_on = false) const {
    Workspace::Scope scope(ctx.workspace(), bytes());
    const Buffers buffers = take(scope);
    pack_gradient(ctx.pool(), dy, buffers.dy);
    const bool add_at_end = ctx.numerics() == Numerics::fast;
    ctx.pool().parallel_for(div_up(in_, width()), [&](int64_t item, int thread) {
      Buffers mine = buffers;
      mine.w += thread * kColumns * step_;
      mine.sums += thread * width() * rows();
      if (go_on) load(item * width(), dx, mine.sums);
      columns(item * width(), w, mine, add_at_end, go_on);
      store(item * width(), mine.sums, relu_output, dx);
    });
  }

 private:
  // The blocks and accumulators are compact copies: rows of w, dx and dy often lie a power of two
  // apart, where caches hold few of them.
  static constexpr int64_t kDepth = 96;   // chain steps of a block of w
  static constexpr int64_t kPanels = 12;  // of columns in a work item
  static constexpr int64_t kRun = 4;      // steps between two looks at what to fetch

  struct Buffers {
    float* dy;    // [depth block][row][step]
    float* w;     // of each thread, the panel in work: [step][column]
    float* sums;  // of each thread, dx: [panel][row panel][tile]
  };

  int64_t rows() const { return round_up(batch_, kRows); }
  int64_t width() const { return panels_ * kColumns; }  // columns of a work item
  int64_t depth_from(int64_t k) const { return std::min(step_, out_ - k); }

  template <class Memory>
  Buffers take(Memory& memory) const {
    Buffers b;
    b.dy = memory.template take<float>(static_cast<size_t>(rows() * out_));
    b.w = memory.template take<float>(static_cast<size_t>(threads_ * kColumns * step_));
    b.sums = memory.template take<float>(static_cast<size_t>(threads_ * width() * rows()));
    return b;
  }

  void pack_gradient(ThreadPool& pool, const float* dy, float* to) const {
    pool.parallel_for(div_up(out_, step_), [&](int64_t block, int) {
      const int64_t k = block * step_, depth = depth_from(k);
      for (int64_t n = 0; n < batch_; n++)
        copy_run(dy + n * out_ + k, depth, to + k * rows() + n * depth);
    });
  }

  // Columns of dx from `first` on. While one block of w is multiplied, the next is fetched into L2.
  void columns(int64_t first, const float* w, const Buffers& mine, bool add_at_end,
               bool go_on) const {
    const Panels panels{std::min(width(), in_ - first)};
    for (int64_t k = 0; k < out_; k += step_) {
      const int64_t next = k + step_, rows = std::clamp<int64_t>(out_ - next, 0, step_);
      PrefetchRows prefetch(w + std::min(next, out_ - 1) * in_ + first, in_, rows, panels.columns);
      multiply(panels, k, w + k * in_ + first, mine, add_at_end, go_on || k > 0, prefetch);
    }
  }

  // Each panel of w is copied right before it is used: it stays in L1.
  void multiply(const Panels& panels, int64_t k, const float* w, const Buffers& mine,
                bool add_at_end, bool go_on, PrefetchRows& prefetch) const {
    const int64_t depth = depth_from(k), cuts = div_up(depth, kRun);
    Run runs[div_up(kDepth, kRun)];
    for (int64_t i = 0; i < cuts; i++) runs[i] = {i * kRun, std::min(kRun, depth - i * kRun), 1};
    prefetch.spread_over(cuts * div_up(batch_, kRows) * panels.count());
    for (int64_t j = 0; j < panels.count(); j++) {
      const auto from = [&](int64_t step) { return w + step * in_ + j * kColumns; };
      pack_rows(depth, panels.used(j), panels.width(j), from, mine.w);
      for (int64_t n = 0; n < batch_; n += kRows) {
        const float* row[kRows];
        for (int i = 0; i < kRows; i++)
          row[i] = mine.dy + k * rows() + std::min(n + i, batch_ - 1) * depth;
        float* to = mine.sums + Panels::offset(j, rows()) + n * panels.width(j);
        any_scratch_tile<kRows>(panels.vectors(j), {runs, cuts, row}, mine.w,
                                {.from = go_on ? to : nullptr, .add_at_end = add_at_end, .to = to},
                                prefetch);
      }
    }
  }

  void load(int64_t first, const float* dx, float* sums) const {
    const Panels panels{std::min(width(), in_ - first)};
    for (int64_t n = 0; n < batch_; n++) {
      for (int64_t j = 0; j < panels.count(); j++) {
        std::copy_n(dx + n * in_ + first + j * kColumns, panels.used(j),
                    sums + Panels::offset(j, rows()) + n * panels.width(j));
      }
    }
  }

  // dx = sums + 0 where the ReLU before it, if any, was open.
  void store(int64_t first, const float* sums, const float* relu_output, float* dx) const {
    const Panels panels{std::min(width(), in_ - first)};
    for (int64_t n = 0; n < batch_; n++) {
      for (int64_t j = 0; j < panels.count(); j++) {
        const float* from = sums + Panels::offset(j, rows()) + n * panels.width(j);
        const int64_t at = n * in_ + first + j * kColumns;
        for (int64_t i = 0; i < panels.used(j); i++) {
          const bool open = !relu_output || relu_output[at + i] > 0;
          dx[at + i] = open ? from[i] + 0.f : 0.f;
        }
      }
    }
  }

  int64_t batch_, in_, out_;
  int threads_;
  int64_t step_, panels_ = 0;
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
