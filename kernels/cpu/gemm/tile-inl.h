// SPDX-License-Identifier: Apache-2.0
// The register tile: kRows x (kVectors vectors) accumulators, each one chain of fused
// multiply-adds. Everything that the packed GEMM computes is computed here.

#if defined(FOVEA_KERNELS_CPU_GEMM_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_TILE_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_TILE_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_TILE_INL_H_
#endif

#include "cpu/gemm/blocking.h"

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

constexpr int kLanes = HWY_LANES(float);
// Three vectors across leave few loads per multiply-add; the rows fill three quarters of the
// registers (24 of 32 or 12 of 16), enough chains to hide the latency of the adders.
constexpr int kVectors = 3;
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kRows = 8;
#else
constexpr int kRows = 4;
#endif
constexpr int kColumns = kVectors * kLanes;

// Loops over the rows i and vectors v of a tile, unrolled so that the accumulators stay in
// registers. Nested lambdas or functions in their place leave them in memory.
#define FOVEA_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define FOVEA_UNROLL(n) FOVEA_PRAGMA(unroll n)
#else
#define FOVEA_UNROLL(n) FOVEA_PRAGMA(GCC unroll n)
#endif
#define FOVEA_TILE_ROWS FOVEA_UNROLL(16) for (int i = 0; i < Rows; i++)
#define FOVEA_TILE_VECTORS FOVEA_UNROLL(16) for (int v = 0; v < Vectors; v++)

// Keeps GCC from folding a load into each of its uses: more loads, and spills.
HWY_INLINE void keep_in_register([[maybe_unused]] V& v) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4
  asm("" : "+v"(v.raw));
#endif
}

// Steps of a chain whose elements lie at equal distances: offset, offset + stride, ...
struct Run {
  ptrdiff_t offset, length, stride;
};

// A(i, k), read where it lies: rows[i] + the run's offset + steps times its stride, run after run.
struct Chain {
  const Run* runs;
  ptrdiff_t count;
  const float* const* rows;
};

// Work done along with a tile's, called before each run with where its rows begin: memory
// operations find their way between the multiply-adds.
struct Alone {
  template <int Rows>
  HWY_INLINE void operator()(const float* const (&)[Rows]) {}
};

// Continues the accumulators by the steps of the chain. B(k, j) = b[k * Vectors * kLanes + j].
template <int Rows, int Vectors, class Companion>
HWY_INLINE void accumulate(const Chain& a, const float* HWY_RESTRICT b, V (&sum)[Rows][Vectors],
                           Companion& companion) {
  const D d;
  for (const Run *run = a.runs, *end = run + a.count; run != end; run++) {
    const float* row[Rows];
    FOVEA_TILE_ROWS row[i] = a.rows[i] + run->offset;
    companion(row);
    const ptrdiff_t stride = run->stride, last = run->length * stride;
    FOVEA_UNROLL(4)
    for (ptrdiff_t at = 0; at != last; at += stride, b += Vectors * kLanes) {
      V column[Vectors];
      FOVEA_TILE_VECTORS {
        column[v] = hn::Load(d, b + v * kLanes);
        keep_in_register(column[v]);
      }
      FOVEA_TILE_ROWS {
        const V value = hn::Set(d, row[i][at]);
        FOVEA_TILE_VECTORS sum[i][v] = hn::MulAdd(value, column[v], sum[i][v]);
      }
    }
  }
}

// What happens before the first and after the last step of a tile of outputs.
struct OutputEnds {
  bool first = true;            // start from +0, else go on from C
  bool last = true;             // add the bias, or +0 (which turns a chain's -0 into +0)
  bool add_at_end = false;      // Numerics::fast: start from +0 and add C afterwards
  bool relu = false;            // v <= 0 becomes +0; a NaN passes
  const float* bias = nullptr;  // one per column, or null
  // Null, or an array laid out as the one at `base` which C points into: where it is not above 0,
  // the result is 0.
  const float* mask = nullptr;
  const float* base = nullptr;
};

// C(i, j) = rows[i][column + j] goes on by the chain.
template <int Vectors>
HWY_NOINLINE void output_tile(const Chain& a, const float* b, float* const* rows, ptrdiff_t column,
                              const OutputEnds& ends) {
  constexpr int Rows = kRows;
  const D d;
  float* c[Rows];
  FOVEA_TILE_ROWS c[i] = rows[i] + column;
  V sum[Rows][Vectors];
  if (ends.first || ends.add_at_end) {
    FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] = hn::Zero(d);
  } else {
    FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] = hn::LoadU(d, c[i] + v * kLanes);
  }
  Alone alone;
  accumulate<Rows, Vectors>(a, b, sum, alone);
  if (ends.add_at_end && !ends.first) {
    FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] =
        hn::Add(sum[i][v], hn::LoadU(d, c[i] + v * kLanes));
  }
  if (ends.last) {
    FOVEA_TILE_VECTORS {
      const V bias = ends.bias ? hn::LoadU(d, ends.bias + v * kLanes) : hn::Zero(d);
      FOVEA_TILE_ROWS sum[i][v] = hn::Add(sum[i][v], bias);
    }
    if (ends.relu) {
      FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] =
          hn::IfThenZeroElse(hn::Le(sum[i][v], hn::Zero(d)), sum[i][v]);
    }
    if (ends.mask) {
      FOVEA_TILE_ROWS FOVEA_TILE_VECTORS {
        const V x = hn::LoadU(d, ends.mask + (c[i] - ends.base) + v * kLanes);
        sum[i][v] = hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), sum[i][v]);
      }
    }
  }
  FOVEA_TILE_ROWS FOVEA_TILE_VECTORS hn::StoreU(sum[i][v], d, c[i] + v * kLanes);
}

// A tile of which only rows x columns exist: computed on a copy.
template <int Vectors>
HWY_NOINLINE void output_tile_at_edge(const Chain& a, const float* b, float* const* c,
                                      ptrdiff_t column, OutputEnds ends, int rows, int columns) {
  constexpr int width = Vectors * kLanes;
  alignas(64) float copy[kRows * width] = {}, bias[width] = {};
  float* copy_rows[kRows];
  for (int i = 0; i < kRows; i++) copy_rows[i] = copy + i * width;
  if (!ends.first) {
    for (int i = 0; i < rows; i++) std::copy_n(c[i] + column, columns, copy_rows[i]);
  }
  if (ends.bias) {
    std::copy_n(ends.bias, columns, bias);
    ends.bias = bias;
  }
  const float* mask = ends.last ? ends.mask : nullptr;
  ends.mask = nullptr;
  output_tile<Vectors>(a, b, copy_rows, 0, ends);
  for (int i = 0; i < rows; i++) {
    float* to = c[i] + column;
    std::copy_n(copy_rows[i], columns, to);
    if (!mask) continue;
    const float* x = mask + (to - ends.base);
    for (int j = 0; j < columns; j++) to[j] = x[j] > 0 ? to[j] : 0.f;
  }
}

// The tile with as many vectors as there are, whole or at an edge.
inline void any_output_tile(int vectors, const Chain& a, const float* b, float* const* c,
                            ptrdiff_t column, const OutputEnds& ends, int rows, int columns) {
  const bool whole = rows == kRows && columns == vectors * kLanes;
  switch (vectors) {
    case 1:
      return whole ? output_tile<1>(a, b, c, column, ends)
                   : output_tile_at_edge<1>(a, b, c, column, ends, rows, columns);
    case 2:
      return whole ? output_tile<2>(a, b, c, column, ends)
                   : output_tile_at_edge<2>(a, b, c, column, ends, rows, columns);
    default:
      return whole ? output_tile<3>(a, b, c, column, ends)
                   : output_tile_at_edge<3>(a, b, c, column, ends, rows, columns);
  }
}

// How a tile begins and ends whose accumulators live in scratch arrays, each laid out as the tile
// itself: row after row of whole vectors.
struct ScratchEnds {
  const float* from = nullptr;  // the accumulators to go on with, or null: start from +0
  bool add_at_end = false;      // Numerics::fast: start from +0 and add `from` afterwards
  int adds = 0;                 // finished sums to be added: sum = add + sum, in this order
  const float* const* add = nullptr;
  ptrdiff_t tile = 0;  // the tile's offset in each of them
  float* to = nullptr;
};

template <int Rows, int Vectors, class Companion>
HWY_NOINLINE void scratch_tile(const Chain& a, const float* b, const ScratchEnds& ends,
                               Companion& companion) {
  const D d;
  V sum[Rows][Vectors];
  if (ends.from && !ends.add_at_end) {
    FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] =
        hn::Load(d, ends.from + (i * Vectors + v) * kLanes);
  } else {
    FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] = hn::Zero(d);
  }
  accumulate<Rows, Vectors>(a, b, sum, companion);
  if (ends.from && ends.add_at_end) {
    FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] =
        hn::Add(sum[i][v], hn::Load(d, ends.from + (i * Vectors + v) * kLanes));
  }
  for (int s = 0; s < ends.adds; s++) {
    const float* left = ends.add[s] + ends.tile;
    FOVEA_TILE_ROWS FOVEA_TILE_VECTORS sum[i][v] =
        hn::Add(hn::Load(d, left + (i * Vectors + v) * kLanes), sum[i][v]);
  }
  FOVEA_TILE_ROWS FOVEA_TILE_VECTORS hn::Store(sum[i][v], d, ends.to + (i * Vectors + v) * kLanes);
}

// The tile with as many vectors as there are.
template <int Rows, class Companion>
void any_scratch_tile(int vectors, const Chain& a, const float* b, const ScratchEnds& ends,
                      Companion& companion) {
  switch (vectors) {
    case 1:
      return scratch_tile<Rows, 1>(a, b, ends, companion);
    case 2:
      return scratch_tile<Rows, 2>(a, b, ends, companion);
    default:
      return scratch_tile<Rows, 3>(a, b, ends, companion);
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
