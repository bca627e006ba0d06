// SPDX-License-Identifier: Apache-2.0
// dx = dy * w: dy's rows are the rows of the tile, the rows of w its columns, copied into panels a
// block at a time.

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

// Packs a block of w, rows x whole panels, some floats at each call.
class PanelCopy {
 public:
  PanelCopy() = default;
  // from: the block's corner in w, of rows of `ld`; `depth` rows of `panels` panels.
  PanelCopy(const float* from, int64_t ld, int64_t depth, int64_t panels, float* to)
      : from_(from), ld_(ld), depth_(depth), panels_(panels), to_(to) {}

  // Copies `count` pieces of one row and panel each at every call.
  void set_pace(int64_t count) { pace_ = count; }

  template <int Rows>
  HWY_INLINE void operator()(const float* const (&)[Rows]) {
    for (int64_t i = 0; i < pace_ && row_ < depth_; i++) copy_piece();
  }
  void finish() {
    while (row_ < depth_) copy_piece();
  }

 private:
  HWY_INLINE void copy_piece() {
    const D d;
    const float* from = from_ + panel_ * kColumns;
    float* to = to_ + (panel_ * depth_ + row_) * kColumns;
    constexpr int Vectors = kVectors;
    FOVEA_TILE_VECTORS {
      __builtin_prefetch(from + ld_ + v * kLanes, 0, 2);
      hn::Store(hn::LoadU(d, from + v * kLanes), d, to + v * kLanes);
    }
    if (++panel_ < panels_) return;
    panel_ = 0;
    row_++;
    from_ += ld_;
  }

  const float* from_ = nullptr;
  int64_t ld_ = 0, depth_ = 0, panels_ = 0, pace_ = 0;
  float* to_ = nullptr;
  int64_t row_ = 0, panel_ = 0;
};

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
    pack_gradient(ctx.pool(), dy, buffers.dy);
    const bool add_at_end = ctx.numerics() == Numerics::fast;
    ctx.pool().parallel_for(div_up(in_, width()), [&](int64_t item, int thread) {
      Buffers mine = buffers;
      mine.w += 2 * thread * width() * step_;
      mine.sums += thread * width() * rows();
      columns(item * width(), w, mine, add_at_end);
      store(item * width(), mine.sums, relu_output, dx);
    });
  }

 private:
  // The blocks and accumulators are compact copies: rows of w, dx and dy often lie a power of two
  // apart, where caches hold few of them.
  static constexpr int64_t kDepth = 96;   // chain steps of a block of w
  static constexpr int64_t kPanels = 12;  // of columns in a work item
  static constexpr int64_t kRun = 4;      // steps between two pieces of the next block's copy

  struct Buffers {
    float* dy;    // [depth block][row][step]
    float* w;     // of each thread, two blocks: [panel][step][column]
    float* sums;  // of each thread, dx: [panel][row panel][tile]
  };

  int64_t rows() const { return round_up(batch_, kRows); }
  int64_t width() const { return panels_ * kColumns; }  // columns of a work item
  int64_t depth_from(int64_t k) const { return std::min(step_, out_ - k); }

  template <class Memory>
  Buffers take(Memory& memory) const {
    Buffers b;
    b.dy = memory.template take<float>(static_cast<size_t>(rows() * out_));
    b.w = memory.template take<float>(static_cast<size_t>(2 * threads_ * width() * step_));
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

  // Columns of dx from `first` on. While one block of w is multiplied, the next is packed.
  void columns(int64_t first, const float* w, const Buffers& mine, bool add_at_end) const {
    const Panels panels{std::min(width(), in_ - first)};
    float *now = mine.w, *next = mine.w + width() * step_;
    start_block(panels, w + first, 0, now).finish();
    for (int64_t k = 0; k < out_; k += step_) {
      PanelCopy copy;
      if (k + step_ < out_) copy = start_block(panels, w + first, k + step_, next);
      multiply(panels, k, now, mine, add_at_end, copy);
      copy.finish();
      std::swap(now, next);
    }
  }

  // Packs the last panel of rows k, k + 1, ... if it is not whole; the returned copy does the rest.
  PanelCopy start_block(const Panels& panels, const float* w, int64_t k, float* to) const {
    const int64_t whole = panels.columns / kColumns, depth = depth_from(k);
    w += k * in_;
    if (whole < panels.count()) {
      pack_rows(
          depth, panels.used(whole), panels.width(whole),
          [&](int64_t r) { return w + r * in_ + whole * kColumns; },
          to + Panels::offset(whole, depth));
    }
    return whole == 0 ? PanelCopy() : PanelCopy(w, in_, depth, whole, to);
  }

  void multiply(const Panels& panels, int64_t k, const float* w, const Buffers& mine,
                bool add_at_end, PanelCopy& copy) const {
    const int64_t depth = depth_from(k), cuts = div_up(depth, kRun);
    Run runs[div_up(kDepth, kRun)];
    for (int64_t i = 0; i < cuts; i++) runs[i] = {i * kRun, std::min(kRun, depth - i * kRun), 1};
    copy.set_pace(div_up(step_, cuts * div_up(batch_, kRows)));
    for (int64_t j = 0; j < panels.count(); j++) {
      for (int64_t n = 0; n < batch_; n += kRows) {
        const float* row[kRows];
        for (int i = 0; i < kRows; i++)
          row[i] = mine.dy + k * rows() + std::min(n + i, batch_ - 1) * depth;
        float* to = mine.sums + Panels::offset(j, rows()) + n * panels.width(j);
        any_scratch_tile<kRows>(panels.vectors(j), {runs, cuts, row}, w + Panels::offset(j, depth),
                                {.from = k == 0 ? nullptr : to, .add_at_end = add_at_end, .to = to},
                                copy);
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
