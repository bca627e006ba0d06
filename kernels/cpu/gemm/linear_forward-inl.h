// SPDX-License-Identifier: Apache-2.0
// y^T = w * x^T: the weights are the rows of the tile, read where they lie, once; the batch fills
// its columns.

#if defined(FOVEA_KERNELS_CPU_GEMM_LINEAR_FORWARD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_LINEAR_FORWARD_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_LINEAR_FORWARD_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_LINEAR_FORWARD_INL_H_
#endif

#include "cpu/gemm/pack-inl.h"

#include <fovea/core/context.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

class LinearForward {
 public:
  LinearForward(int64_t batch, int64_t in, int64_t out, int threads)
      : in_(in), out_(out), batch_{batch}, threads_(threads), step_(even_piece(in, kDepth)) {
    const int64_t panels = div_up(out, kRows);
    const int64_t blocks = round_up(div_up(panels, kPanels), threads);
    panels_ = div_up(panels, blocks);
  }

  size_t bytes() const {
    ByteCounter counter;
    (void)take(counter);
    return counter.bytes();
  }

  void run(Context& ctx, const float* x, const float* w, const float* bias, bool relu,
           float* y) const {
    Workspace::Scope scope(ctx.workspace(), bytes());
    const Buffers buffers = take(scope);
    pack(ctx.pool(), x, buffers.packed);
    const bool add_at_end = ctx.numerics() == Numerics::fast;
    ctx.pool().parallel_for(div_up(out_, panels_ * kRows), [&](int64_t item, int thread) {
      float* sums = buffers.sums + thread * sums_pitch();
      const int64_t first = item * panels_ * kRows;
      const int64_t count = std::min(panels_ * kRows, out_ - first);
      block(first, count, w, buffers.packed, add_at_end, sums);
      store(first, count, sums, bias, relu, y);
    });
  }

 private:
  // Chain steps of a block: long, since the processor prefetches long runs of w only.
  static constexpr int64_t kDepth = 512;
  static constexpr int64_t kPanels = 12;  // rows of tiles in a work item

  struct Buffers {
    float* packed;  // x: [depth block][panel][step][sample]
    float* sums;    // of a thread's outputs: [panel of samples][row panel][tile]
  };

  int64_t sums_pitch() const { return batch_.floats(panels_ * kRows); }

  template <class Memory>
  Buffers take(Memory& memory) const {
    Buffers b;
    b.packed = memory.template take<float>(static_cast<size_t>(batch_.floats(in_)));
    b.sums = memory.template take<float>(static_cast<size_t>(threads_ * sums_pitch()));
    return b;
  }

  // Where the block of `depth` steps from k on starts.
  float* packed_panel(float* packed, int64_t k, int64_t depth, int64_t panel) const {
    return packed + batch_.floats(k) + Panels::offset(panel, depth);
  }

  void pack(ThreadPool& pool, const float* x, float* packed) const {
    constexpr int64_t slice = 512;
    const int64_t slices = div_up(step_, slice), blocks = div_up(in_, step_);
    pool.parallel_for(batch_.count() * blocks * slices, [&](int64_t item, int) {
      const int64_t panel = item % batch_.count(), k0 = item / batch_.count() / slices * step_;
      const int64_t depth = std::min(step_, in_ - k0);
      const int64_t k = item / batch_.count() % slices * slice;
      if (k >= depth) return;
      pack_transposed(std::min(slice, depth - k), batch_.used(panel), batch_.width(panel),
                      x + panel * kColumns * in_ + k0 + k, in_,
                      packed_panel(packed, k0, depth, panel) + k * batch_.width(panel));
    });
  }

  void block(int64_t first, int64_t count, const float* w, float* packed, bool add_at_end,
             float* sums) const {
    const int64_t padded = round_up(count, kRows);
    Alone alone;
    for (int64_t k = 0; k < in_; k += step_) {
      const int64_t depth = std::min(step_, in_ - k);
      const Run run{k, depth, 1};
      for (int64_t i = 0; i < count; i += kRows) {
        const float* row[kRows];
        for (int r = 0; r < kRows; r++) row[r] = w + std::min(first + i + r, out_ - 1) * in_;
        for (int64_t j = 0; j < batch_.count(); j++) {
          float* to = sums + Panels::offset(j, padded) + i * batch_.width(j);
          any_scratch_tile<kRows>(
              batch_.vectors(j), {&run, 1, row}, packed_panel(packed, k, depth, j),
              {.from = k == 0 ? nullptr : to, .add_at_end = add_at_end, .to = to}, alone);
        }
      }
    }
  }

  void store(int64_t first, int64_t count, const float* sums, const float* bias, bool relu,
             float* y) const {
    const int64_t padded = round_up(count, kRows);
    for (int64_t n = 0; n < batch_.columns; n++) {
      const int64_t panel = n / kColumns, width = batch_.width(panel);
      const float* from = sums + Panels::offset(panel, padded) + n % kColumns;
      for (int64_t i = 0; i < count; i++) {
        const float v = from[i * width] + (bias ? bias[first + i] : 0.f);
        y[n * out_ + first + i] = relu && v <= 0 ? 0.f : v;
      }
    }
  }

  int64_t in_, out_;
  Panels batch_;
  int threads_;
  int64_t step_;        // chain steps of a block of packed x
  int64_t panels_ = 0;  // rows of tiles in a work item
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
