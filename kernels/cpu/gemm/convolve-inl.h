// SPDX-License-Identifier: Apache-2.0
// y = patches(x) * B: the forward pass, and (on dy, with a turned filter) the data gradient. A work
// item is a block of output pixels of one group: it stages what they see, then goes through B once.

#if defined(FOVEA_KERNELS_CPU_GEMM_CONVOLVE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_CONVOLVE_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_CONVOLVE_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_CONVOLVE_INL_H_
#endif

#include "cpu/gemm/stage-inl.h"

#include <fovea/core/context.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Where an output pixel lies: y + sample * n + row * p + column * q.
struct OutputLayout {
  float* y;
  ptrdiff_t sample, row, column;
};

struct Epilogue {
  const float* bias = nullptr;  // of all groups, or null
  bool relu = false;
  const float* mask = nullptr;  // see OutputEnds
  const float* base = nullptr;
};

class Convolution {
 public:
  // columns: outputs of one group.
  Convolution(const PatchGeometry& geometry, int64_t columns, int threads)
      : g_(geometry),
        panels_{columns},
        threads_(threads),
        step_(even_piece(g_.depth(), kDepth)),
        pixels_(block_pixels(g_)),
        stage_(g_, g_.group_channels(), pixels_) {
    const int64_t row_panels = div_up(g_.pixels(), kRows);
    const int64_t rounds = div_up(g_.pixels(), (pixels_ - kRows) * threads);
    blocks_ = std::min(row_panels, rounds * threads);
  }

  size_t bytes() const {
    ByteCounter counter;
    (void)take(counter);
    return counter.bytes();
  }

  // pack_panel(group, panel, to) packs one panel of B, of depth() steps.
  template <class PackPanel>
  void run(Context& ctx, const float* x, const PackPanel& pack_panel, const OutputLayout& y,
           const Epilogue& epilogue) const {
    Workspace::Scope scope(ctx.workspace(), bytes());
    const Buffers buffers = take(scope);
    const int64_t panels = panels_.count();
    ctx.pool().parallel_for(g_.groups * panels, [&](int64_t item, int) {
      const int64_t group = item / panels, panel = item % panels;
      pack_panel(group, panel, packed_panel(buffers, group, panel));
    });
    find_element_runs(buffers);
    const bool add_at_end = ctx.numerics() == Numerics::fast;
    ctx.pool().parallel_for(g_.groups * blocks_, [&](int64_t item, int thread) {
      block(item, thread, buffers, x, y, epilogue, add_at_end);
    });
  }

 private:
  // Chain steps between two visits to memory: a panel of B and the rows of A stay in L1.
  static constexpr int64_t kDepth = 160;
  static constexpr int64_t kPixels = 384;             // of a block
  static constexpr int64_t kStageFloats = 96 * 1024;  // that should stay in L2

  struct Buffers {
    float* packed;        // [group][panel][depth][column]
    ptrdiff_t* elements;  // offsets of a patch's elements in the stage
    Run* runs;            // the same as runs, of depth block after depth block
    int64_t* first_run;   // of each depth block
    float* stage;         // from here on, a part for each thread
    ptrdiff_t* pixels;
    const float** a_rows;
    float** c_rows;
  };

  static int64_t block_pixels(PatchGeometry g) {
    g.samples = kPixels;  // the same for any batch, so that scratch never shrinks with it
    int64_t pixels = kPixels;
    while (pixels > 8 * kRows && Stage(g, g.group_channels(), pixels).floats() > kStageFloats)
      pixels /= 2;
    return pixels + kRows;
  }

  int64_t depth_blocks() const { return div_up(g_.depth(), step_); }
  int64_t rows() const { return round_up(pixels_, kRows); }
  int64_t stage_pitch() const { return round_up(stage_.floats() + kLanes, 16); }

  template <class Memory>
  Buffers take(Memory& memory) const {
    const auto depth = static_cast<size_t>(g_.depth());
    const auto thread_rows = static_cast<size_t>(threads_ * rows());
    Buffers b;
    b.packed = memory.template take<float>(static_cast<size_t>(g_.groups) *
                                           static_cast<size_t>(panels_.floats(g_.depth())));
    b.elements = memory.template take<ptrdiff_t>(depth);
    b.runs = memory.template take<Run>(depth);
    b.first_run = memory.template take<int64_t>(static_cast<size_t>(depth_blocks()) + 1);
    b.stage = memory.template take<float>(static_cast<size_t>(threads_ * stage_pitch()));
    b.pixels = memory.template take<ptrdiff_t>(thread_rows);
    b.a_rows = memory.template take<const float*>(thread_rows);
    b.c_rows = memory.template take<float*>(thread_rows);
    return b;
  }

  float* packed_panel(const Buffers& buffers, int64_t group, int64_t panel) const {
    return buffers.packed + group * panels_.floats(g_.depth()) + Panels::offset(panel, g_.depth());
  }

  void find_element_runs(const Buffers& buffers) const {
    ptrdiff_t* element = buffers.elements;
    for (int64_t r = 0; r < g_.kernel.h; r++) {
      for (int64_t s = 0; s < g_.kernel.w; s++) {
        for (int64_t c = 0; c < g_.group_channels(); c++) *element++ = stage_.element(r, s, c);
      }
    }
    int64_t found = 0;
    for (int64_t i = 0; i < depth_blocks(); i++) {
      const int64_t begin = i * step_, count = std::min(step_, g_.depth() - begin);
      buffers.first_run[i] = found;
      found += find_runs(buffers.elements + begin, count, buffers.runs + found);
    }
    buffers.first_run[depth_blocks()] = found;
  }

  void block(int64_t item, int thread, const Buffers& shared, const float* x, const OutputLayout& y,
             const Epilogue& epilogue, bool add_at_end) const {
    const int64_t group = item / blocks_, row_panels = div_up(g_.pixels(), kRows);
    const int64_t first = piece_begin(row_panels, item % blocks_, blocks_) * kRows;
    const int64_t end = piece_begin(row_panels, item % blocks_ + 1, blocks_) * kRows;
    const int64_t count = std::min(end, g_.pixels()) - first;
    Buffers mine = shared;
    mine.stage += thread * stage_pitch();
    mine.pixels += thread * rows();
    mine.a_rows += thread * rows();
    mine.c_rows += thread * rows();
    stage_.load(x, group * g_.group_channels(), g_.group_channels(), first, count, mine.stage,
                mine.pixels);
    for (int64_t i = 0; i < round_up(count, kRows); i++) {  // past the last: computed and dropped
      mine.a_rows[i] = mine.stage + mine.pixels[std::min(i, count - 1)];
    }
    find_output_rows(first, count, y, mine.c_rows);
    OutputEnds ends{.add_at_end = add_at_end,
                    .relu = epilogue.relu,
                    .mask = epilogue.mask,
                    .base = epilogue.base};
    for (int64_t i = 0; i < depth_blocks(); i++) {
      ends.first = i == 0;
      ends.last = i + 1 == depth_blocks();
      for (int64_t panel = 0; panel < panels_.count(); panel++) {
        const int64_t channel = group * panels_.columns + panel * kColumns;
        ends.bias = epilogue.bias ? epilogue.bias + channel : nullptr;
        const float* b = packed_panel(shared, group, panel) + i * step_ * panels_.width(panel);
        column_of_tiles(mine, i, panel, channel, count, b, ends);
      }
    }
  }

  void find_output_rows(int64_t first, int64_t count, const OutputLayout& y, float** rows) const {
    int64_t q = first % g_.out.w, p = first / g_.out.w % g_.out.h;
    int64_t n = first / g_.sample_pixels();
    for (int64_t i = 0; i < count; i++) {
      rows[i] = y.y + n * y.sample + p * y.row + q * y.column;
      if (++q < g_.out.w) continue;
      q = 0;
      if (++p < g_.out.h) continue;
      p = 0;
      n++;
    }
    for (int64_t i = count; i < round_up(count, kRows); i++) rows[i] = rows[count - 1];
  }

  // All pixels of the block against one panel of B.
  void column_of_tiles(const Buffers& mine, int64_t depth_block, int64_t panel, int64_t channel,
                       int64_t count, const float* b, const OutputEnds& ends) const {
    const int64_t run = mine.first_run[depth_block];
    Chain a{mine.runs + run, mine.first_run[depth_block + 1] - run, nullptr};
    for (int64_t i = 0; i < count; i += kRows) {
      a.rows = mine.a_rows + i;
      if (i + kRows < count) prefetch_outputs(mine.c_rows + i + kRows, channel);
      any_output_tile(panels_.vectors(panel), a, b, mine.c_rows + i, channel, ends,
                      static_cast<int>(std::min<int64_t>(kRows, count - i)),
                      static_cast<int>(panels_.used(panel)));
    }
  }

  // Asks for the next tile of C while this one is computed: 2 %, and 9 % where C is large.
  static void prefetch_outputs(float* const* rows, ptrdiff_t channel) {
    for (int i = 0; i < kRows; i++) {
      for (int v = 0; v < kVectors; v++) __builtin_prefetch(rows[i] + channel + v * kLanes, 1, 3);
    }
  }

  PatchGeometry g_;
  Panels panels_;
  int threads_;
  int64_t step_, pixels_;  // of a depth block, and at most of a block
  Stage stage_;
  int64_t blocks_ = 0;
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
