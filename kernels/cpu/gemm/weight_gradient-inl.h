// SPDX-License-Identifier: Apache-2.0
// dw = patches(x)^T * dy, transposed: the rows of the tile are elements of the patches, read from
// the stage in place with the pixels as chain steps; its columns are outputs, for which dy is
// packed. A block of accumulators stays in L2 while the pixels of all samples pass by.

#if defined(FOVEA_KERNELS_CPU_GEMM_WEIGHT_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_WEIGHT_GRADIENT_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_WEIGHT_GRADIENT_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_WEIGHT_GRADIENT_INL_H_
#endif

#include "cpu/gemm/prefetch_rows-inl.h"
#include "cpu/gemm/shard_sum-inl.h"
#include "cpu/gemm/stage-inl.h"
#include "cpu/gemm/weight_gradient_plan.h"

#include <fovea/core/context.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

class WeightGradient {
 public:
  // outputs: of one group.
  WeightGradient(const PatchGeometry& geometry, int64_t outputs, int shards, int threads)
      : g_(geometry),
        outputs_(outputs),
        shards_(shards),
        threads_(threads),
        plan_(plan_weight_gradient(g_, outputs, shards, threads, kRows, kColumns)),
        stage_(g_, plan_.channels, kDepth) {}

  size_t bytes() const {
    ByteCounter counter;
    (void)take(counter);
    return counter.bytes();
  }

  void run(Context& ctx, const float* x, const float* dy, float* dw) const {
    Workspace::Scope scope(ctx.workspace(), bytes());
    const Buffers buffers = take(scope);
    const Arrays arrays{x, dy, dw, ctx.numerics() == Numerics::fast};
    const ShardPlan shards = plan_shards(g_.samples, shards_);
    const int64_t blocks = plan_.blocks(g_.groups);
    if (!plan_.split_shards) {
      ctx.pool().parallel_for(blocks, [&](int64_t item, int thread) {
        sum_shards(block_of(item), shards, 0, shards.steps, arrays, part_of(buffers, thread),
                   nullptr);
      });
      return;
    }
    ctx.pool().parallel_for(blocks * shards.steps, [&](int64_t item, int thread) {
      const int step = static_cast<int>(item % shards.steps);
      sum_shards(block_of(item / shards.steps), shards, step, step + 1, arrays,
                 part_of(buffers, thread), buffers.partial + item * block_floats());
    });
    ctx.pool().parallel_for(blocks * block_panels(), [&](int64_t item, int) {
      const int64_t block = item / block_panels();
      add_partial(block_of(block), item % block_panels(), shards,
                  buffers.partial + block * shards.steps * block_floats(), arrays);
    });
  }

 private:
  // Chain steps between two visits to a block's accumulators: a panel of dy stays in L1.
  static constexpr int64_t kDepth = 176;

  struct Arrays {
    const float *x, *dy;
    float* dw;
    bool add_at_end;
  };

  // A thread's scratch, and the results of (block, shard) items.
  struct Buffers {
    float* partial;  // [block][shard step][tile]
    float* stage;
    ptrdiff_t* pixels;
    Run* runs;
    float* packed;  // dy: [panel][step][column]
    const float** rows;
    ptrdiff_t* elements;  // of each row: its place in a row of dw
    float* sum;           // of the shard in work: [panel][row panel][tile]
    float* slots;         // finished shards
  };

  int64_t taps() const { return g_.kernel.h * g_.kernel.w; }
  int64_t most_rows() const { return round_up(taps() * plan_.channels, kRows); }
  int64_t block_floats() const { return most_rows() * round_up(plan_.outputs, kLanes); }
  int64_t block_panels() const { return Panels{plan_.outputs}.count(); }
  int slots() const { return plan_.split_shards ? 0 : shard_slots(shards_); }
  int64_t stage_pitch() const { return round_up(stage_.floats() + kLanes, 16); }
  int64_t packed_pitch() const { return Panels{plan_.outputs}.floats(kDepth); }

  template <class Memory>
  Buffers take(Memory& memory) const {
    const auto threads = [&](int64_t n) { return static_cast<size_t>(n * threads_); };
    Buffers b;
    b.partial = plan_.split_shards ? memory.template take<float>(static_cast<size_t>(
                                         plan_.blocks(g_.groups) * shards_ * block_floats()))
                                   : nullptr;
    b.stage = memory.template take<float>(threads(stage_pitch()));
    b.pixels = memory.template take<ptrdiff_t>(threads(kDepth));
    b.runs = memory.template take<Run>(threads(kDepth));
    b.packed = memory.template take<float>(threads(packed_pitch()));
    b.rows = memory.template take<const float*>(threads(most_rows()));
    b.elements = memory.template take<ptrdiff_t>(threads(most_rows()));
    b.sum = memory.template take<float>(threads(block_floats()));
    b.slots = memory.template take<float>(threads(slots() * block_floats()));
    return b;
  }

  Buffers part_of(Buffers b, int thread) const {
    b.stage += thread * stage_pitch();
    b.pixels += thread * kDepth;
    b.runs += thread * kDepth;
    b.packed += thread * packed_pitch();
    b.rows += thread * most_rows();
    b.elements += thread * most_rows();
    b.sum += thread * block_floats();
    b.slots += thread * slots() * block_floats();
    return b;
  }

  WeightBlock block_of(int64_t item) const { return plan_.block(g_, outputs_, item); }

  // Finds the rows of the tile: the elements of the block's patches, in the order of dw.
  void find_rows(const WeightBlock& block, const Buffers& mine) const {
    const float** row = mine.rows;
    ptrdiff_t* element = mine.elements;
    for (int64_t r = 0; r < g_.kernel.h; r++) {
      for (int64_t s = 0; s < g_.kernel.w; s++) {
        for (int64_t c = 0; c < block.channels; c++) {
          *row++ = mine.stage + stage_.element(r, s, c);
          *element++ = (r * g_.kernel.w + s) * g_.group_channels() + block.channel + c;
        }
      }
    }
    std::fill_n(row, round_up(block.rows, kRows) - block.rows, mine.stage);
  }

  // Sums shards [first, last) of the plan one after the other. Their results go where the plan
  // says, the plan's final one to dw; or, when there is a `partial`, there, without any additions.
  void sum_shards(const WeightBlock& block, const ShardPlan& shards, int first, int last,
                  const Arrays& arrays, const Buffers& mine, float* partial) const {
    find_rows(block, mine);
    const int64_t pitch = outputs_ * g_.groups;
    const float* dy = arrays.dy + block.group * outputs_ + block.output;
    DepthBlocks blocks(g_, shards, first, last, kDepth);
    for (DepthBlock now = blocks.next(), next; now.shard < last; now = next) {
      next = blocks.next();
      stage_.load(arrays.x, block.group * g_.group_channels() + block.channel, block.channels,
                  now.begin, now.count(), mine.stage, mine.pixels);
      pack_panels({block.outputs}, now.count(), dy + now.begin * pitch, pitch, mine.packed);
      PrefetchRows prefetch(dy + next.begin * pitch, pitch, next.count(), block.outputs);
      depth_block(block, now, shards.step[now.shard], arrays, mine, partial, prefetch);
    }
  }

  void depth_block(const WeightBlock& block, const DepthBlock& depth, const ShardStep& shard,
                   const Arrays& arrays, const Buffers& mine, float* partial,
                   PrefetchRows& prefetch) const {
    const int64_t count = depth.count();
    const Chain a{mine.runs, find_runs(mine.pixels, count, mine.runs), nullptr};
    const float* add[kMaxSlots];
    for (int i = 0; i < shard.adds; i++) add[i] = mine.slots + shard.add[i] * block_floats();
    ScratchEnds ends{.from = depth.first ? nullptr : mine.sum, .add_at_end = arrays.add_at_end};
    ends.to = mine.sum;
    if (depth.last) {
      const bool result = shard.store == ShardStep::kResult;
      ends.adds = partial ? 0 : shard.adds;
      ends.add = add;
      ends.to = partial ? partial : result ? nullptr : mine.slots + shard.store * block_floats();
    }
    prefetch.spread_over(a.count * div_up(block.rows, kRows) * Panels{block.outputs}.count());
    tiles(block, a, count, mine, ends, arrays.dw, prefetch);
  }

  // Every tile of the block goes on by the chain.
  void tiles(const WeightBlock& block, const Chain& chain, int64_t depth, const Buffers& mine,
             const ScratchEnds& block_ends, float* dw, PrefetchRows& prefetch) const {
    const Panels panels{block.outputs};
    const int64_t rows = round_up(block.rows, kRows);
    alignas(64) float result[kRows * kColumns];
    for (int64_t j = 0; j < panels.count(); j++) {
      const int64_t width = panels.width(j);
      for (int64_t i = 0; i < rows; i += kRows) {
        Chain a = chain;
        a.rows = mine.rows + i;
        ScratchEnds ends = block_ends;
        ends.tile = Panels::offset(j, rows) + i * width;
        if (ends.from) ends.from += ends.tile;
        ends.to = block_ends.to ? block_ends.to + ends.tile : result;
        any_scratch_tile<kRows>(panels.vectors(j), a, mine.packed + Panels::offset(j, depth), ends,
                                prefetch);
        if (!block_ends.to) store_transposed(block, result, i, j, mine.elements + i, dw);
      }
    }
  }

  // dw = tile + 0. elements: of the tile's rows.
  void store_transposed(const WeightBlock& block, const float* tile, int64_t row, int64_t panel,
                        const ptrdiff_t* elements, float* dw) const {
    const Panels panels{block.outputs};
    const int64_t width = panels.width(panel), rows = std::min<int64_t>(kRows, block.rows - row);
    float* to = dw + (block.group * outputs_ + block.output + panel * kColumns) * g_.depth();
    for (int64_t j = 0; j < panels.used(panel); j++, to += g_.depth()) {
      for (int64_t i = 0; i < rows; i++) to[elements[i]] = tile[i * width + j] + 0.f;
    }
  }

  // Adds the shards of a block's panel in the plan's order, and stores them.
  void add_partial(const WeightBlock& block, int64_t panel, const ShardPlan& shards,
                   const float* partial, const Arrays& arrays) const {
    const Panels panels{block.outputs};
    if (panel >= panels.count()) return;
    const int64_t rows = round_up(block.rows, kRows), width = panels.width(panel);
    ptrdiff_t elements[kRows];
    alignas(64) float result[kRows * kColumns];
    for (int64_t i = 0; i < block.rows; i += kRows) {
      const float* tile = partial + Panels::offset(panel, rows) + i * width;
      for (int64_t e = 0; e < kRows * width; e += kLanes)
        hn::Store(sum_of_shards(shards, tile + e, block_floats()), D(), result + e);
      for (int64_t r = 0; r < std::min<int64_t>(kRows, block.rows - i); r++) {
        const int64_t tap = (i + r) / block.channels, c = (i + r) % block.channels;
        elements[r] = tap * g_.group_channels() + block.channel + c;
      }
      store_transposed(block, result, i, panel, elements, arrays.dw);
    }
  }

  PatchGeometry g_;
  int64_t outputs_;
  int shards_, threads_;
  WeightGradientPlan plan_;
  Stage stage_;
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
