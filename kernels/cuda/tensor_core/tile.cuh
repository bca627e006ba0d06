// SPDX-License-Identifier: Apache-2.0
// The part of the result that a block computes: four warps.
#pragma once

#include "cuda/tensor_core/format.cuh"

namespace fovea::cuda::tensor_core {

constexpr int kThreads = 128;

__device__ __forceinline__ int lane_id() { return static_cast<int>(threadIdx.x) % 32; }

// Rows and columns of one warp's part, multiples of 32, and how many of the four warps lie along
// the rows.
template <int kWarpRows_, int kWarpColumns_, int kWarpsDown_>
struct Tile {
  static constexpr int kWarpRows = kWarpRows_, kWarpColumns = kWarpColumns_;
  static constexpr int kWarpsDown = kWarpsDown_, kWarpsAcross = kThreads / 32 / kWarpsDown;
  static constexpr int kRows = kWarpsDown * kWarpRows, kColumns = kWarpsAcross * kWarpColumns;
  static constexpr int kRowFragments = kWarpRows / 16, kColumnFragments = kWarpColumns / 8;

  __device__ static __forceinline__ int warp_row() {
    return static_cast<int>(threadIdx.x) / 32 / kWarpsAcross * kWarpRows;
  }
  __device__ static __forceinline__ int warp_column() {
    return static_cast<int>(threadIdx.x) / 32 % kWarpsAcross * kWarpColumns;
  }
};

using LargeTile = Tile<64, 64, 2>;  // 128 x 128
using TallTile = Tile<64, 64, 4>;   // 256 x 64: as good, for fewer columns
using SmallTile = Tile<32, 32, 2>;  // 64 x 64

// Neighbours of a row of which `left` exist; `whole`: that is all or none, and they are aligned.
template <int kCount>
struct Run {
  float v[kCount];

  __device__ __forceinline__ void store(float* to, int left, bool whole) const {
    if (whole) {
      if constexpr (kCount == 4) {
        *reinterpret_cast<float4*>(to) = make_float4(v[0], v[1], v[2], v[3]);
      } else {
        *reinterpret_cast<float2*>(to) = make_float2(v[0], v[1]);
      }
      return;
    }
#pragma unroll
    for (int i = 0; i < kCount; i++) {
      if (i < left) to[i] = v[i];
    }
  }
};

// A warp's sums: those of lane l are rows l / 4 and l / 4 + 8 by columns 2 (l % 4) and the next of
// each 16x8 fragment; Format::position says which of the tile's these are.
template <class Format, class T>
struct Sums {
  static constexpr int kNeighbours = Format::kNeighbours;
  float value[T::kRowFragments][T::kColumnFragments][4] = {};

  // Calls store(row, column, Run) for all of them, row and column within the block's
  // tile.
  template <class Store>
  __device__ __forceinline__ void each_run(Store store) const {
#pragma unroll
    for (int half = 0; half < 2 * T::kRowFragments; half++) {
      const int row = Format::position(T::warp_row() + 8 * half + lane_id() / 4);
#pragma unroll
      for (int run = 0; run < 2 * T::kColumnFragments / kNeighbours; run++) {
        if constexpr (kNeighbours == 2) {
          const float* two = value[half / 2][run] + half % 2 * 2;
          store(row, T::warp_column() + 8 * run + 2 * (lane_id() % 4), Run<2>{{two[0], two[1]}});
        } else {
          const float(&four)[T::kColumnFragments][4] = value[half / 2];
          const int first = run / 2 * 4, at = half % 2 * 2 + run % 2;
          store(row, T::warp_column() + run / 2 * 32 + 8 * (lane_id() % 4) + run % 2 * 4,
                Run<4>{{four[first][at], four[first + 1][at], four[first + 2][at],
                        four[first + 3][at]}});
        }
      }
    }
  }
};

}  // namespace fovea::cuda::tensor_core
