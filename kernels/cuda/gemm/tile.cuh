// SPDX-License-Identifier: Apache-2.0
// Block and register tiles of the matrix product, and how a step of its operands lies in shared
// memory. The product's "extent" is an index of the result (row or column), its "depth" the index
// that is summed over.
#pragma once

#include <cuda_runtime.h>

namespace fovea::cuda {

// A block computes kRows x kColumns of the result, a thread kRowQuads x kColumnQuads squares of
// 4 x 4. kBlocks: blocks that shall fit a multiprocessor, which bounds the registers.
template <int kRows_, int kColumns_, int kRowQuads_, int kColumnQuads_, int kBlocks_>
struct Tile {
  static constexpr int kRows = kRows_, kColumns = kColumns_;
  static constexpr int kRowQuads = kRowQuads_, kColumnQuads = kColumnQuads_;
  static constexpr int kThreadRows = kRows / (4 * kRowQuads);  // threads along the rows
  static constexpr int kThreadColumns = kColumns / (4 * kColumnQuads);
  static constexpr int kThreads = kThreadRows * kThreadColumns;
  static constexpr int kBlocks = kBlocks_;
  static constexpr int kDepth = 16;  // of a step
  static constexpr int kStages = 3;  // steps in shared memory: one in use, the others on their way
  static constexpr int kStageFloats = (kRows + kColumns) * kDepth;

  static_assert(kThreadRows % 8 == 0 && kThreadColumns % 8 == 0 && kThreads % 32 == 0);
};

using LargeTile = Tile<128, 128, 2, 2, 2>;
using MediumTile = Tile<64, 64, 1, 2, 4>;
using SmallTile = Tile<32, 32, 1, 1, 8>;

// Which of the tile's threads this is. A warp covers 4 by 8 threads.
template <class T>
struct ThreadPlace {
  int row, column;

  __device__ __forceinline__ ThreadPlace() {
    constexpr int kWarpColumns = T::kThreadColumns / 8;
    const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    row = static_cast<int>(warp / kWarpColumns * 4 + lane / 8);
    column = static_cast<int>(warp % kWarpColumns * 8 + lane % 8);
  }
};

// The position in the tile of element i of a thread: quads of neighbours, one quad in each of
// equal parts of the extent. kPlaces: threads along the extent.
template <unsigned kPlaces, class Int>
__host__ __device__ constexpr Int position(Int place, Int i) {
  return i / 4 * static_cast<Int>(4 * kPlaces) + 4 * place + i % 4;
}

__device__ __forceinline__ void copy4(float (&to)[4], const float* from) {
  const float4 v = *reinterpret_cast<const float4*>(from);
  to[0] = v.x;
  to[1] = v.y;
  to[2] = v.z;
  to[3] = v.w;
}

// An operand's step of kDepth x kPlaces * 4 kQuads elements, whose extent is contiguous in memory:
// so it is here. A warp's reads are of 128 contiguous bytes.
template <int kPlaces_, int kQuads_>
struct ExtentMajor {
  static constexpr int kPlaces = kPlaces_, kQuads = kQuads_, kExtent = kPlaces * 4 * kQuads;
  static constexpr int kDepth = 16;

  __device__ __forceinline__ static int index(int depth, int at) { return depth * kExtent + at; }

  // What a thread reads at once: to[d][i] = its element kPiece piece + i at depth `depth` + d of
  // the step at `tile` in `stages`.
  static constexpr int kPiece = 4;
  template <int kCount>
  __device__ __forceinline__ static void read(const float* stages, int tile, int depth, int place,
                                              int piece, float (&to)[kCount][kPiece]) {
    const float* first = stages + tile + index(depth, position<kPlaces>(place, kPiece * piece));
#pragma unroll
    for (int d = 0; d < kCount; d++) copy4(to[d], first + d * kExtent);
  }
};

// An operand whose depth is contiguous in memory. Rows of 16 are kept, in an order in which
// neighbouring threads read neighbouring rows; and the four quads of a row are swapped by an
// exclusive or, so that eight rows' quads of the same depth lie in different banks.
template <int kPlaces_, int kQuads_>
struct DepthMajor {
  static constexpr int kPlaces = kPlaces_, kQuads = kQuads_, kExtent = kPlaces * 4 * kQuads;
  static constexpr int kDepth = 16;

  // The position in the tile of what row `row` here holds.
  __device__ __forceinline__ static int position_of_row(int row) {
    const auto r = static_cast<unsigned>(row);  // divisions of unsigned numbers are shifts
    return static_cast<int>(position<kPlaces>(r % kPlaces, r / kPlaces));
  }
  // `depth` in row `row`.
  __device__ __forceinline__ static int index(int row, int depth) {
    return row * kDepth + (((depth >> 2) ^ (row >> 1 & 3)) << 2) + (depth & 3);
  }
  // `i` rows further; the swap has a period of 8 rows.
  template <int kStride>
  __device__ __forceinline__ static int index(int row, int depth, int i) {
    if constexpr (kStride % 8 == 0) return index(row, depth) + i * kDepth;
    return index(row + i, depth);
  }

  // REQUIRES: `depth` is a multiple of 4 where 4 depths are read.
  static constexpr int kPiece = 1;
  template <int kCount>
  __device__ __forceinline__ static void read(const float* stages, int tile, int depth, int place,
                                              int piece, float (&to)[kCount][kPiece]) {
    // Rows kPlaces apart are swapped alike; the exclusive or is that of index(), and `tile` a
    // multiple of a row.
    const float* at = stages + ((tile + index(place, 0)) ^ depth) + piece * kPlaces * kDepth;
    if constexpr (kCount == 4) {
      float v[4];
      copy4(v, at);
#pragma unroll
      for (int d = 0; d < 4; d++) to[d][0] = v[d];
    } else {
      to[0][0] = *at;
    }
  }
};

}  // namespace fovea::cuda
