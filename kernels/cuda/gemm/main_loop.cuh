// SPDX-License-Identifier: Apache-2.0
// The matrix product's main loop: asynchronous copies of the next steps run while a step is
// multiplied. Every element of the result is one chain of fma in ascending depth: nothing is split
// or reassociated, so the bits do not depend on the tile.
#pragma once

#include "cuda/gemm/tile.cuh"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/opaque.cuh>

namespace fovea::cuda {

template <class T>
using Sums = float[4 * T::kRowQuads][4 * T::kColumnQuads];

// kCount depths of the outer product, from `depth` of the step on, whose operands are at `rows` and
// `columns` in `stages`. The columns are kept and the
// rows read piece by piece, which takes the fewest registers.
template <class T, class RowLayout, class ColumnLayout, int kCount>
__device__ __forceinline__ void multiply_depths(const float* stages, int rows, int columns,
                                                int depth, const ThreadPlace<T>& place,
                                                Sums<T>& sums) {
  constexpr int kColumns = 4 * T::kColumnQuads;
  float b[kCount][kColumns];
#pragma unroll
  for (int piece = 0; piece < kColumns / ColumnLayout::kPiece; piece++) {
    float v[kCount][ColumnLayout::kPiece];
    ColumnLayout::read(stages, columns, depth, place.column, piece, v);
#pragma unroll
    for (int d = 0; d < kCount; d++) {
#pragma unroll
      for (int j = 0; j < ColumnLayout::kPiece; j++)
        b[d][piece * ColumnLayout::kPiece + j] = v[d][j];
    }
  }
#pragma unroll
  for (int piece = 0; piece < 4 * T::kRowQuads / RowLayout::kPiece; piece++) {
    float a[kCount][RowLayout::kPiece];
    RowLayout::read(stages, rows, depth, place.row, piece, a);
#pragma unroll
    for (int d = 0; d < kCount; d++) {
#pragma unroll
      for (int i = 0; i < RowLayout::kPiece; i++) {
        float(&sum)[kColumns] = sums[piece * RowLayout::kPiece + i];
#pragma unroll
        for (int j = 0; j < kColumns; j++) sum[j] = fmaf(a[d][i], b[d][j], sum[j]);
      }
    }
  }
}

// sums = rows * columns over `depth` terms. Operands: RowLayout and ColumnLayout say how a step
// lies in shared memory, fetch(rows, columns, threadIdx.x) starts the copies of the next step; what
// it copies beyond the depth is not read. kWholeQuads: depth is a multiple of 4. stages: T::kStages
// * T::kStageFloats floats of shared memory.
template <class T, bool kWholeQuads, class Operands>
__device__ __forceinline__ void multiply(Operands& operands, int depth, float* stages,
                                         const ThreadPlace<T>& place, Sums<T>& sums) {
  using RowLayout = typename Operands::RowLayout;
  using ColumnLayout = typename Operands::ColumnLayout;
#pragma unroll
  for (int i = 0; i < 4 * T::kRowQuads; i++) {
#pragma unroll
    for (int j = 0; j < 4 * T::kColumnQuads; j++) sums[i][j] = 0.0f;
  }
  // Where no operand is read by quads along the depth, a whole step takes few registers.
  constexpr bool kSingleDepths = RowLayout::kPiece == 4 && ColumnLayout::kPiece == 4;
  constexpr int kAhead = (T::kStages - 1) * T::kDepth;  // copies are this far before the products
  int slot = 0;
#pragma unroll 1
  for (int left = depth + kAhead; left > 0; left -= T::kDepth) {  // of the products
    cuda_portable::async_copy_wait<T::kStages - 2>();
    __syncthreads();
    if (left > kAhead) {
      float* stage = stages + slot * T::kStageFloats;
      operands.fetch(stage, stage + T::kRows * T::kDepth, cuda_portable::opaque(threadIdx.x));
    }
    cuda_portable::async_copy_commit();
    slot = slot + 1 == T::kStages ? 0 : slot + 1;  // the oldest one
    if (left > depth) continue;
    const int a = slot * T::kStageFloats, b = a + T::kRows * T::kDepth;
    if constexpr (kSingleDepths) {
      if (left >= T::kDepth) {
#pragma unroll
        for (int d = 0; d < T::kDepth; d++) {
          multiply_depths<T, RowLayout, ColumnLayout, 1>(stages, a, b, d, place, sums);
        }
        continue;
      }
    }
    const int limit = left < T::kDepth ? left : T::kDepth;
    int d = 0;
    if constexpr (!kSingleDepths) {
#pragma unroll 1
      for (; kWholeQuads ? d < limit : d + 4 <= limit; d += 4) {
        multiply_depths<T, RowLayout, ColumnLayout, 4>(stages, a, b, d, place, sums);
      }
    }
    if constexpr (!kWholeQuads) {
#pragma unroll 1
      for (; d < limit; d++) {
        multiply_depths<T, RowLayout, ColumnLayout, 1>(stages, a, b, d, place, sums);
      }
    }
  }
  cuda_portable::async_copy_wait<0>();
}

}  // namespace fovea::cuda
