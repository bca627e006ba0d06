// SPDX-License-Identifier: Apache-2.0
// dw = dy^T * x. The chains are short (the samples of a shard), the result is large: all shards of
// a tile are summed before it is stored, once, past the caches.

#if defined(FOVEA_KERNELS_CPU_GEMM_LINEAR_WEIGHT_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_LINEAR_WEIGHT_GRADIENT_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_LINEAR_WEIGHT_GRADIENT_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_LINEAR_WEIGHT_GRADIENT_INL_H_
#endif

#include "cpu/gemm/pack-inl.h"
#include "cpu/gemm/shard_tree.h"

#include <fovea/core/context.h>

#include <hwy/cache_control.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// Half the rows of the other tiles, as two shards are summed at a time, and two vectors.
constexpr int kPairRows = kRows * kVectors / 4;
constexpr int kPairVectors = 2;
constexpr int kPairColumns = kPairVectors * kLanes;

// One shard's chain from +0. a: dy packed by step.
HWY_INLINE void shard_chain(const ShardStep& shard, const float* HWY_RESTRICT a,
                            const float* HWY_RESTRICT b, V (&sum)[kPairRows][kPairVectors]) {
  constexpr int Rows = kPairRows, Vectors = kPairVectors;
  const D d;
  FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] = hn::Zero(d);
  a += shard.begin * Rows;
  b += shard.begin * kPairColumns;
  FOVEA_UNROLL(4)
  for (int64_t n = shard.end - shard.begin; n > 0; n--, a += Rows, b += kPairColumns) {
    V column[Vectors];
    FOVEA_TILE_VECTORS {
      column[v] = hn::Load(d, b + v * kLanes);
      keep_in_register(column[v]);
    }
    FOVEA_TILE_ROWS {
      const V value = hn::Set(d, a[i]);
      FOVEA_TILE_VECTORS sum[i][v] = hn::MulAdd(value, column[v], sum[i][v]);
    }
  }
}

// One tile, all shards; its neighbours are summed in pairs in registers. a: dy packed by step;
// c(i, j) = c[i * ldc + j].
template <bool kStream>
HWY_NOINLINE void all_shards_tile(const ShardPlan& shards, const float* a, const float* b, float* c,
                                  ptrdiff_t ldc) {
  constexpr int Rows = kPairRows, Vectors = kPairVectors, Tile = Rows * Vectors * kLanes;
  const D d;
  alignas(64) float slots[kMaxSlots * Tile];
  V sum[Rows][Vectors], right[Rows][Vectors];
  FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] = hn::Zero(d);
  for (int s = 0; s < shards.steps; s++) {
    const ShardStep* step = &shards.step[s];
    shard_chain(*step, a, b, sum);
    int adds = 0;
    if (step->store == 0) {  // the next step begins by adding this one
      step = &shards.step[++s];
      shard_chain(*step, a, b, right);
      FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] = hn::Add(sum[i][v], right[i][v]);
      adds = 1;
    }
    for (; adds < step->adds; adds++) {
      const float* slot = slots + step->add[adds] * Tile;
      FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] =
          hn::Add(hn::Load(d, slot + (i * Vectors + v) * kLanes), sum[i][v]);
    }
    if (step->store == ShardStep::kResult) break;
    float* slot = slots + step->store * Tile;
    FOVEA_TILE_ROWS FOVEA_TILE_VECTORS hn::Store(sum[i][v], d, slot + (i * Vectors + v) * kLanes);
  }
  FOVEA_TILE_ROWS FOVEA_TILE_VECTORS {
    const V result = hn::Add(sum[i][v], hn::Zero(d));
    if (kStream) {
      hn::Stream(result, d, c + i * ldc + v * kLanes);
    } else {
      hn::StoreU(result, d, c + i * ldc + v * kLanes);
    }
  }
}

class LinearWeightGradient {
 public:
  LinearWeightGradient(int64_t batch, int64_t in, int64_t out, int shards, int threads)
      : batch_(batch), in_(in), out_(out), shards_(shards), threads_(threads) {}

  size_t bytes() const {
    ByteCounter counter;
    (void)take(counter);
    return counter.bytes();
  }

  void run(Context& ctx, const float* x, const float* dy, float* dw) const {
    Workspace::Scope scope(ctx.workspace(), bytes());
    const Buffers buffers = take(scope);
    const ShardPlan shards = plan_shards(batch_, shards_);
    ctx.pool().parallel_for(panels(), [&](int64_t j, int) {
      pack_rows(
          batch_, std::min<int64_t>(kPairColumns, in_ - j * kPairColumns), kPairColumns,
          [&](int64_t n) { return x + n * in_ + j * kPairColumns; }, packed_panel(buffers, j));
    });
    ctx.pool().parallel_for(div_up(out_, kRowPanels * kPairRows), [&](int64_t item, int thread) {
      block(item * kRowPanels * kPairRows, shards, dy, buffers,
            buffers.steps + thread * steps_pitch(), dw);
      hwy::FlushStream();
    });
  }

 private:
  static constexpr int64_t kRowPanels = 16;                  // rows of tiles in a work item
  static constexpr int64_t kStreamBytes = int64_t{8} << 20;  // results that no cache would keep

  struct Buffers {
    float* packed;  // x: [panel][sample][column]
    float* steps;   // of each thread, dy: [row panel][sample][row]
  };

  int64_t panels() const { return div_up(in_, kPairColumns); }
  int64_t steps_pitch() const { return round_up(kRowPanels * batch_ * kPairRows, 16); }
  float* packed_panel(const Buffers& b, int64_t panel) const {
    return b.packed + panel * batch_ * kPairColumns;
  }

  template <class Memory>
  Buffers take(Memory& memory) const {
    Buffers b;
    b.packed = memory.template take<float>(static_cast<size_t>(panels() * batch_ * kPairColumns));
    b.steps = memory.template take<float>(static_cast<size_t>(threads_ * steps_pitch()));
    return b;
  }

  // Rows of dw from `first` on.
  void block(int64_t first, const ShardPlan& shards, const float* dy, const Buffers& buffers,
             float* steps, float* dw) const {
    const int64_t rows = std::min(kRowPanels * kPairRows, out_ - first);
    for (int64_t n = 0; n < batch_; n++) {
      for (int64_t i = 0; i < rows; i++) {
        steps[(i / kPairRows * batch_ + n) * kPairRows + i % kPairRows] = dy[n * out_ + first + i];
      }
    }
    const bool whole_lines = in_ % kLanes == 0 && reinterpret_cast<uintptr_t>(dw) % 64 == 0;
    const bool stream = whole_lines && in_ * out_ * int64_t{sizeof(float)} >= kStreamBytes;
    for (int64_t j = 0; j < panels(); j++) {
      for (int64_t i = 0; i < rows; i += kPairRows) {
        const float* a = steps + i * batch_;
        const float* b = packed_panel(buffers, j);
        float* c = dw + (first + i) * in_ + j * kPairColumns;
        const int64_t tile_rows = std::min<int64_t>(kPairRows, rows - i);
        const int64_t columns = std::min<int64_t>(kPairColumns, in_ - j * kPairColumns);
        if (tile_rows < kPairRows || columns < kPairColumns) {
          edge_tile(shards, a, b, tile_rows, columns, c);
        } else if (stream) {
          all_shards_tile<true>(shards, a, b, c, in_);
        } else {
          all_shards_tile<false>(shards, a, b, c, in_);
        }
      }
    }
  }

  void edge_tile(const ShardPlan& shards, const float* a, const float* b, int64_t rows,
                 int64_t columns, float* c) const {
    alignas(64) float copy[kPairRows * kPairColumns];
    all_shards_tile<false>(shards, a, b, copy, kPairColumns);
    for (int64_t i = 0; i < rows; i++) std::copy_n(copy + i * kPairColumns, columns, c + i * in_);
  }

  int64_t batch_, in_, out_;
  int shards_, threads_;
};

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
