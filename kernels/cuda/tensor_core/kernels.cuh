// SPDX-License-Identifier: Apache-2.0
// The three passes of a convolution on tensor cores. Block (i, j, z) makes tile (i, j) of the
// result of group z; the weight gradient cuts its depth, the output pixels, into `splits` parts.
#pragma once

#include "cuda/tensor_core/sources.cuh"

namespace fovea::cuda::tensor_core {

__device__ __forceinline__ int steps_of(int64_t depth, int step) {
  return static_cast<int>((depth + step - 1) / step);
}

// Two neighbours of a row that has `columns`, of which `to` is the first.
__device__ __forceinline__ void store_pair(float* to, int column, int columns, float2 pair) {
  if (column + 1 < columns && columns % 2 == 0) {
    *reinterpret_cast<float2*>(to) = pair;
    return;
  }
  if (column < columns) to[0] = pair.x;
  if (column + 1 < columns) to[1] = pair.y;
}

// Bytes of shared memory of a block.
template <class Format, class T>
constexpr int kForwardShared =
    kSharedBytes<WindowRows<Format, T::kRows, false>, FilterColumns<Format, T::kColumns>>;
template <class Format, class T>
constexpr int kDataGradientShared =
    kSharedBytes<WindowRows<Format, T::kRows, true>, TapColumns<Format, T::kColumns>>;
template <class Format, class T>
constexpr int kWeightGradientShared =
    kSharedBytes<GradientRows<Format, T::kRows>, PatchColumns<Format, T::kColumns>>;

// y = x * w + bias (null: none), and ReLU when asked.
template <class Format, class T>
__global__ void __launch_bounds__(kThreads, 2)
    forward_kernel(Windows g, const typename Format::Element* x, const typename Format::Element* w,
                   const float* bias, bool relu, float* y) {
  const int group = static_cast<int>(blockIdx.z);
  const int64_t first_row = int64_t{blockIdx.x} * T::kRows;
  const int first_column = static_cast<int>(blockIdx.y) * T::kColumns;
  WindowRows<Format, T::kRows, false> left(g, x, group, first_row);
  FilterColumns<Format, T::kColumns> right(g, w, group, first_column);
  Sums<T> sums;
  multiply(left, right, steps_of(left.depth(), kStepDepth<Format>), sums);

  sums.each_pair([&](int i, int j, float2 pair) {
    const int64_t row = first_row + i;
    const int column = first_column + j;
    if (row >= g.output_pixels() || column >= g.k) return;
    const int64_t channel = int64_t{group} * g.k + column;
    if (bias != nullptr) {
      pair.x += bias[channel];
      if (column + 1 < g.k) pair.y += bias[channel + 1];
    }
    if (relu) {  // a NaN passes
      pair.x = pair.x <= 0 ? 0.0f : pair.x;
      pair.y = pair.y <= 0 ? 0.0f : pair.y;
    }
    store_pair(y + row * g.groups * g.k + channel, column, g.k, pair);
  });
}

// dx from dy and w; zero where relu_output (null: none) is not above 0.
template <class Format, class T>
__global__ void __launch_bounds__(kThreads, 2)
    data_gradient_kernel(Windows g, const typename Format::Element* dy,
                         const typename Format::Element* w, const float* relu_output, float* dx) {
  const int group = static_cast<int>(blockIdx.z);
  const int64_t first_row = int64_t{blockIdx.x} * T::kRows;
  const int first_column = static_cast<int>(blockIdx.y) * T::kColumns;
  WindowRows<Format, T::kRows, true> left(g, dy, group, first_row);
  TapColumns<Format, T::kColumns> right(g, w, group, first_column);
  Sums<T> sums;
  multiply(left, right, steps_of(left.depth(), kStepDepth<Format>), sums);

  sums.each_pair([&](int i, int j, float2 pair) {
    const int64_t row = first_row + i;
    const int column = first_column + j;
    if (row >= g.input_pixels() || column >= g.c) return;
    const int64_t at = row * g.groups * g.c + int64_t{group} * g.c + column;
    if (relu_output != nullptr) {
      if (!(relu_output[at] > 0)) pair.x = 0;
      if (column + 1 < g.c && !(relu_output[at + 1] > 0)) pair.y = 0;
    }
    store_pair(dx + at, column, g.c, pair);
  });
}

// Part z / groups of the weight gradient of group z % groups: partial (splits, groups, k, r, s, c).
template <class Format, class T>
__global__ void __launch_bounds__(kThreads, 2)
    weight_gradient_kernel(Windows g, const typename Format::Element* x,
                           const typename Format::Element* dy, int splits, float* partial) {
  const int group = static_cast<int>(blockIdx.z) % g.groups;
  const int split = static_cast<int>(blockIdx.z) / g.groups;
  const int first_row = static_cast<int>(blockIdx.x) * T::kRows;
  const int first_column = static_cast<int>(blockIdx.y) * T::kColumns;
  const int64_t pixels = g.output_pixels();
  const int64_t first = pixels * split / splits, last = pixels * (split + 1) / splits;
  GradientRows<Format, T::kRows> left(g, dy, group, first_row, first, last);
  PatchColumns<Format, T::kColumns> right(g, x, group, first_column, first, last);
  Sums<T> sums;
  multiply(left, right, steps_of(last - first, kStepDepth<Format>), sums);

  float* to = partial + (int64_t{split} * g.groups + group) * g.k * g.taps() * g.c;
  sums.each_pair([&](int i, int j, float2 pair) {
    const int row = first_row + i;
    const int tap = (first_column + j) / g.c_stored, channel = (first_column + j) % g.c_stored;
    if (row >= g.k || tap >= g.taps()) return;
    store_pair(to + (int64_t{row} * g.taps() + tap) * g.c + channel, channel, g.c, pair);
  });
}

// Rows of `channels` floats as rows of whole chunks of the format, zeros behind the channels.
template <class Format>
__global__ void pack_kernel(int64_t rows, int channels, int stored, const float* from,
                            typename Format::Element* to) {
  const int64_t element = (int64_t{blockIdx.x} * kThreads + threadIdx.x) * Format::kChunk;
  if (element >= rows * stored) return;
  const int64_t row = element / stored;
  const int first = static_cast<int>(element % stored);
#pragma unroll
  for (int i = 0; i < Format::kChunk; i++) {
    const int channel = first + i;
    store_as(channel < channels ? from[row * channels + channel] : 0.0f, to + element + i);
  }
}

}  // namespace fovea::cuda::tensor_core
