// SPDX-License-Identifier: Apache-2.0
// Where the operands of the three passes come from. Each source knows one block's part and hands it
// out step by step.
#pragma once

#include "cuda/tensor_core/copy.cuh"

namespace fovea::cuda::tensor_core {

// Left of the forward pass (rows are output pixels, x is read) and, kInverse, of the data gradient
// (rows are input pixels, dy is read where a window has the row's pixel at the tap). Depth is
// (filter row, filter column, channel).
template <class Format, int kExtent, bool kInverse>
class WindowRows {
 public:
  using Operand = DepthContiguous<Format, kExtent>;
  using Element = typename Format::Element;

  __device__ __forceinline__ WindowRows(const Windows& g, const Element* array, int group,
                                        int64_t first_row)
      : g_(g), array_(array), channels_(kInverse ? g.k_stored : g.c_stored) {
    const int rows = kInverse ? g.row.input : g.row.output;
    const int columns = kInverse ? g.column.input : g.column.output;
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      const int64_t pixel = first_row + Chunks::row(i);
      const PixelPlace place(pixel, rows, columns);
      const bool exists = place.sample < g.samples;
      row_[i] = exists ? start(g.row, place.row) : kNowhere;
      column_[i] = start(g.column, place.column);
      base_[i] =
          array +
          (exists ? place.sample * read_extent(g.row) * read_extent(g.column) * g.groups * channels_
                  : 0) +
          int64_t{group} * channels_;
    }
    at_.advance(Chunks::chunk() * Format::kChunk, channels_, g.column.taps);
  }

  __device__ __forceinline__ int depth() const { return g_.taps() * channels_; }

  __device__ __forceinline__ void copy(char* tile) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      const int row = source(g_.row, row_[i], at_.row);
      const int column = source(g_.column, column_[i], at_.column);
      const bool valid =
          at_.row < g_.row.taps &&
          static_cast<unsigned>(row) < static_cast<unsigned>(read_extent(g_.row)) &&
          static_cast<unsigned>(column) < static_cast<unsigned>(read_extent(g_.column));
      const int64_t pixel = int64_t{row} * read_extent(g_.column) + column;
      copy_chunk(tile + Operand::offset(Chunks::row(i), Chunks::chunk()),
                 base_[i] + pixel * g_.groups * channels_ + at_.channel, valid, array_);
    }
    at_.advance(kStepDepth<Format>, channels_, g_.column.taps);
  }

 private:
  using Chunks = ChunkOfRows<Operand>;
  static constexpr int kNowhere = -(1 << 30);

  __device__ static __forceinline__ int read_extent(const Axis& axis) {
    return kInverse ? axis.output : axis.input;
  }
  __device__ static __forceinline__ int start(const Axis& axis, int position) {
    return kInverse ? position + axis.before : position * axis.stride - axis.before;
  }
  // The position that is read for the tap; outside of the array when there is none.
  __device__ static __forceinline__ int source(const Axis& axis, int start, int tap) {
    if constexpr (!kInverse) return start + tap * axis.dilation;
    const int scaled = start - tap * axis.dilation;
    if (axis.stride == 1) return scaled;
    return scaled % axis.stride == 0 ? scaled / axis.stride : -1;
  }

  const Windows& g_;
  const Element* array_;
  int channels_;
  const Element* base_[Chunks::kCount];  // the first pixel of the row's sample
  int row_[Chunks::kCount], column_[Chunks::kCount];
  FilterPlace at_;
};

// Right of the forward pass: columns are output channels, depth is (filter row, filter column,
// channel).
template <class Format, int kExtent>
class FilterColumns {
 public:
  using Operand = DepthContiguous<Format, kExtent>;
  using Element = typename Format::Element;

  __device__ __forceinline__ FilterColumns(const Windows& g, const Element* w, int group,
                                           int first_column)
      : w_(w), depth_(g.taps() * g.c_stored), at_(Chunks::chunk() * Format::kChunk) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      const int column = first_column + Chunks::row(i);
      exists_[i] = column < g.k;
      base_[i] = w + (exists_[i] ? (int64_t{group} * g.k + column) * depth_ : 0);
    }
  }

  __device__ __forceinline__ void copy(char* tile) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      copy_chunk(tile + Operand::offset(Chunks::row(i), Chunks::chunk()), base_[i] + at_,
                 exists_[i] && at_ < depth_, w_);
    }
    at_ += kStepDepth<Format>;
  }

 private:
  using Chunks = ChunkOfRows<Operand>;

  const Element* w_;
  int depth_, at_;
  const Element* base_[Chunks::kCount];
  bool exists_[Chunks::kCount];
};

// Right of the data gradient: columns are input channels, depth is (filter row, filter column,
// output channel).
template <class Format, int kExtent>
class TapColumns {
 public:
  using Operand = DepthStrided<Format, kExtent>;
  using Element = typename Format::Element;

  __device__ __forceinline__ TapColumns(const Windows& g, const Element* w, int group,
                                        int first_column)
      : g_(g),
        w_(w + int64_t{group} * g.k * g.taps() * g.c_stored),
        channel_(first_column + Chunks::chunk() * Format::kChunk) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++)
      at_[i].advance(Chunks::depth(i), g.k_stored, g.column.taps);
  }

  __device__ __forceinline__ void copy(char* tile) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      FilterPlace& at = at_[i];
      const bool valid = at.row < g_.row.taps && at.channel < g_.k && channel_ < g_.c_stored;
      const int64_t tap = (int64_t{at.channel} * g_.row.taps + at.row) * g_.column.taps + at.column;
      copy_chunk(tile + Operand::offset(Chunks::depth(i), Chunks::chunk()),
                 w_ + tap * g_.c_stored + channel_, valid, w_);
      at.advance(kStepDepth<Format>, g_.k_stored, g_.column.taps);
    }
  }

 private:
  using Chunks = ChunkOfDepths<Operand>;

  const Windows& g_;
  const Element* w_;
  int channel_;
  FilterPlace at_[Chunks::kCount];
};

// Left of the weight gradient: rows are output channels, depth is the output pixels [first, last).
template <class Format, int kExtent>
class GradientRows {
 public:
  using Operand = DepthStrided<Format, kExtent>;
  using Element = typename Format::Element;

  __device__ __forceinline__ GradientRows(const Windows& g, const Element* dy, int group,
                                          int first_row, int64_t first, int64_t last)
      : dy_(dy), pixel_elements_(int64_t{g.groups} * g.k_stored) {
    const int row = first_row + Chunks::chunk() * Format::kChunk;
    pixels_left_ = row < g.k_stored ? static_cast<int>(last - first) : 0;
    from_ = dy + first * pixel_elements_ + int64_t{group} * g.k_stored + row;
  }

  __device__ __forceinline__ void copy(char* tile) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      const int depth = Chunks::depth(i);
      copy_chunk(tile + Operand::offset(depth, Chunks::chunk()), from_ + depth * pixel_elements_,
                 depth < pixels_left_, dy_);
    }
    from_ += kStepDepth<Format> * pixel_elements_;
    pixels_left_ -= kStepDepth<Format>;
  }

 private:
  using Chunks = ChunkOfDepths<Operand>;

  const Element *dy_, *from_;
  int64_t pixel_elements_;
  int pixels_left_;
};

// Right of the weight gradient: columns are (filter row, filter column, channel), depth is the
// output pixels [first, last).
template <class Format, int kExtent>
class PatchColumns {
 public:
  using Operand = DepthStrided<Format, kExtent>;
  using Element = typename Format::Element;

  __device__ __forceinline__ PatchColumns(const Windows& g, const Element* x, int group,
                                          int first_column, int64_t first, int64_t last)
      : g_(g), x_(x), pixels_left_(static_cast<int>(last - first)) {
    tap_.advance(first_column + Chunks::chunk() * Format::kChunk, g.c_stored, g.column.taps);
    base_ = x + int64_t{group} * g.c_stored + tap_.channel;
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++)
      at_[i] = PixelPlace(first + Chunks::depth(i), g.row.output, g.column.output);
  }

  __device__ __forceinline__ void copy(char* tile) {
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      PixelPlace& at = at_[i];
      const int row = at.row * g_.row.stride - g_.row.before + tap_.row * g_.row.dilation;
      const int column =
          at.column * g_.column.stride - g_.column.before + tap_.column * g_.column.dilation;
      const bool valid = tap_.row < g_.row.taps && Chunks::depth(i) < pixels_left_ &&
                         static_cast<unsigned>(row) < static_cast<unsigned>(g_.row.input) &&
                         static_cast<unsigned>(column) < static_cast<unsigned>(g_.column.input);
      const int64_t pixel = (int64_t{at.sample} * g_.row.input + row) * g_.column.input + column;
      copy_chunk(tile + Operand::offset(Chunks::depth(i), Chunks::chunk()),
                 base_ + pixel * g_.groups * g_.c_stored, valid, x_);
      at.advance(kStepDepth<Format>, g_.row.output, g_.column.output);
    }
    pixels_left_ -= kStepDepth<Format>;
  }

 private:
  using Chunks = ChunkOfDepths<Operand>;

  const Windows& g_;
  const Element *x_, *base_;
  int pixels_left_;
  FilterPlace tap_;
  PixelPlace at_[Chunks::kCount];
};

}  // namespace fovea::cuda::tensor_core
