// SPDX-License-Identifier: Apache-2.0
// Operands of the forward pass (windows of x, filters) and of the data gradient (windows of dy,
// turned filters). Depth is (tap row, tap column, channel).
#pragma once

#include "cuda/gemm/odometer.cuh"
#include "cuda/tensor_core/main_loop.cuh"
#include "cuda/tensor_core/matrix_rows.cuh"
#include "cuda/tensor_core/pixel_windows.h"

namespace fovea::cuda::tensor_core {

// Filters have at most so many rows and columns: see WindowRows.
constexpr int kMostTaps = 15;

// REQUIRES: a filter has fewer than 2^31 elements.
struct WindowPass : PixelWindows {
  int tap_row = 0, tap_column = 0;  // elements of the array between taps
  Odometer step;                    // by which a step of the main loop moves on
  int columns = 0;                  // of a group of the result: filters
  // Elements of a filter, where depth begins in it, and between taps.
  int filter_size = 0, filter_first = 0, filter_row = 0, filter_column = 0;

  __device__ int depth() const { return taps_h * taps_w * channels; }
};

// A thread copies the same chunk of every kStride-th slot.
template <class Operand>
struct ChunkOfSlots {
  static constexpr int kStride = kThreads / kStepChunks;
  static constexpr int kCount = Operand::kExtent / kStride;

  __device__ static __forceinline__ int chunk() {
    return static_cast<int>(threadIdx.x) % kStepChunks;
  }
  __device__ static __forceinline__ int slot(int i) {
    return static_cast<int>(threadIdx.x) / kStepChunks + kStride * i;
  }
  // Of the chunk in the operand's part.
  __device__ static __forceinline__ int offset(int i) {
    return Operand::offset(slot(0), chunk()) + Operand::offset(kStride * i, 0);
  }
  static_assert(kStride % 8 == 0, "slots that far apart have their chunks permuted alike");
};

// Rows of the product: a window each. What a tap needs of a window is that its row and its column
// are inside: a bit each, found once.
template <class Format, int kExtent>
class WindowRows {
 public:
  using Operand = DepthContiguous<Format, kExtent>;
  using Element = typename Format::Element;

  __device__ __forceinline__ WindowRows(const WindowPass& g, const Element* array, int group,
                                        int64_t first_row)
      : g_(g) {
    const int64_t first_sample = first_row / g.out_w / g.out_h;
    const auto rest = static_cast<unsigned>(first_row - first_sample * g.out_h * g.out_w);
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      const unsigned pixel = rest + static_cast<unsigned>(Format::position(Chunks::slot(i)));
      const unsigned line = pixel / static_cast<unsigned>(g.out_w);
      const int64_t sample = first_sample + line / static_cast<unsigned>(g.out_h);
      const int h = static_cast<int>(line % static_cast<unsigned>(g.out_h)) * g.stride_h - g.top;
      const int w = static_cast<int>(pixel % static_cast<unsigned>(g.out_w)) * g.stride_w - g.left;
      const bool exists = sample < g.samples;
      const int64_t corner = (sample * g.height + h) * g.width + w;
      from_[i] = array + (exists ? (corner * g.groups + group) * g.channels : 0);
      inside_[i] = exists ? inside(h, w) : 0;
    }
  }

  // The copies of a step, at `tap` (row, column, channel) for this thread.
  __device__ __forceinline__ void copy(char* to, const Odometer& tap) const {
    const uint32_t needed = tap.a < g_.taps_h ? row_bit(tap.a) | column_bit(tap.b) : kNever;
    const int offset = tap.a * g_.tap_row + tap.b * g_.tap_column + tap.c;
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++)
      copy_chunk(to + Chunks::offset(i), from_[i] + offset, (needed & ~inside_[i]) == 0);
  }

 private:
  using Chunks = ChunkOfSlots<Operand>;
  static constexpr uint32_t kNever = 1u << 31;

  __device__ static __forceinline__ uint32_t column_bit(int tap) { return 1u << tap; }
  __device__ static __forceinline__ uint32_t row_bit(int tap) { return 1u << kMostTaps << tap; }

  // The taps that are inside the image for the window whose corner is pixel (h, w).
  __device__ __forceinline__ uint32_t inside(int h, int w) const {
    uint32_t bits = 0;
    for (int tap = 0; tap < g_.taps_h; tap++) {
      const int at = h + tap * g_.dilation_h;
      if (at >= 0 && at < g_.height) bits |= row_bit(tap);
    }
    for (int tap = 0; tap < g_.taps_w; tap++) {
      const int at = w + tap * g_.dilation_w;
      if (at >= 0 && at < g_.width) bits |= column_bit(tap);
    }
    return bits;
  }

  const WindowPass& g_;
  const Element* from_[Chunks::kCount];
  uint32_t inside_[Chunks::kCount];
};

// Columns of the product: filters. Past the last one it is repeated.
template <class Format, int kExtent>
class FilterColumns {
 public:
  using Operand = DepthContiguous<Format, kExtent>;
  using Element = typename Format::Element;

  __device__ __forceinline__ FilterColumns(const WindowPass& g, const Element* filters, int group,
                                           int first_column)
      : g_(g) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      const int column = first_column + Format::position(Chunks::slot(i));
      const int filter = column < g.columns ? column : g.columns - 1;
      from_[i] = filters + (int64_t{group} * g.columns + filter) * g.filter_size + g.filter_first;
    }
  }

  __device__ __forceinline__ void copy(char* to, const Odometer& tap) const {
    const int offset = tap.a * g_.filter_row + tap.b * g_.filter_column + tap.c;
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++)
      copy_chunk(to + Chunks::offset(i), from_[i] + offset, tap.a < g_.taps_h);
  }

 private:
  using Chunks = ChunkOfSlots<Operand>;

  const WindowPass& g_;
  const Element* from_[Chunks::kCount];
};

template <class Format, class T>
class WindowOperands {
 public:
  using Rows = WindowRows<Format, T::kRows>;
  using Columns = FilterColumns<Format, T::kColumns>;
  using Left = typename Rows::Operand;
  using Right = typename Columns::Operand;

  __device__ __forceinline__ WindowOperands(const WindowPass& g, const Rows& rows,
                                            const Columns& columns)
      : g_(g),
        rows_(rows),
        columns_(columns),
        tap_(ChunkOfSlots<Left>::chunk() * Format::kChunk, g.taps_w, g.channels) {}

  __device__ __forceinline__ void fetch(char* left, char* right) {
    rows_.copy(left, tap_);
    columns_.copy(right, tap_);
    tap_.advance(g_.step, g_.taps_w, g_.channels);
  }

 private:
  const WindowPass& g_;
  Rows rows_;
  Columns columns_;
  Odometer tap_;
};

// With filters of one pixel that lie with the depth (output channels) as rows.
template <class Format, class T>
class PointOperands {
 public:
  using Rows = WindowRows<Format, T::kRows>;
  using Columns = MatrixRows<Format, T::kColumns>;
  using Left = typename Rows::Operand;
  using Right = typename Columns::Operand;

  __device__ __forceinline__ PointOperands(const WindowPass& g, const Rows& rows,
                                           const Columns& columns)
      : rows_(rows), columns_(columns), channels_(g.channels) {
    tap_.c = ChunkOfSlots<Left>::chunk() * Format::kChunk;
  }

  __device__ __forceinline__ void fetch(char* left, char* right) {
    Odometer tap = tap_;
    tap.a = tap.c >= channels_;  // past the only tap
    rows_.copy(left, tap);
    columns_.copy(right);
    tap_.c += kStepDepth<Format>;
  }

 private:
  Rows rows_;
  Columns columns_;
  int channels_;
  Odometer tap_;
};

}  // namespace fovea::cuda::tensor_core
