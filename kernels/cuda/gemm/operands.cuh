// SPDX-License-Identifier: Apache-2.0
// What the three passes multiply: each object starts the copies of a step of both operands. kCount:
// 4 where runs of an operand may be copied by 16 bytes, else 1.
#pragma once

#include "cuda/gemm/patches.cuh"

namespace fovea::cuda {

// Where the block's filters begin, in the order of DepthMajor's rows; those beyond the `count` that
// exist repeat the last one. w: the block's first filter.
template <class T>
__device__ __forceinline__ void find_filters(const float* w, int count, int pitch,
                                             const float** filters) {
  using Layout = DepthMajor<T::kThreadColumns, T::kColumnQuads>;
  for (int i = static_cast<int>(threadIdx.x); i < T::kColumns; i += T::kThreads) {
    const int filter = Layout::position_of_row(i);
    filters[i] = w + static_cast<long long>(filter < count ? filter : count - 1) * pitch;
  }
}

// A step of filters, contiguous along the depth, at `offset` of each.
template <class T, int kCount>
__device__ __forceinline__ void fetch_filters(const float* const* filters, int offset,
                                              bool in_depth, unsigned thread, float* tile) {
  using Layout = DepthMajor<T::kThreadColumns, T::kColumnQuads>;
  using Place = CopyPlace<T, T::kDepth, kCount>;
  const Place place(thread);
#pragma unroll kDepthMajorUnroll < T, T::kColumns, kCount>
  for (int i = 0; i < T::kColumns; i += Place::kStride) {
    copy_or_zero<kCount>(
        tile + Layout::template index<Place::kStride>(place.other, place.contiguous, i),
        filters[place.other + i] + offset, in_depth);
  }
}

// A step of a matrix whose rows are the depth and whose columns, `count` of them from the block's
// first on, are the extent. `left` rows are left; pitch: of a row.
template <class T, class Layout, int kCount>
__device__ __forceinline__ void fetch_matrix(const float* from, int count, int pitch, int left,
                                             unsigned thread, float* tile) {
  using Place = CopyPlace<T, Layout::kExtent, kCount>;
  const Place place(thread);
#pragma unroll 2
  for (int i = 0; i < T::kDepth; i += Place::kStride) {
    const int row = place.other + i;
    copy_or_zero<kCount>(tile + Layout::index(row, place.contiguous),
                         from + static_cast<long long>(row) * pitch + place.contiguous,
                         place.contiguous < count && row < left);
  }
}

// Forward: patches of x, filters.
template <class T, int kCount>
class ForwardOperands {
 public:
  using RowLayout = DepthMajor<T::kThreadRows, T::kRowQuads>;
  using ColumnLayout = DepthMajor<T::kThreadColumns, T::kColumnQuads>;

  // corners, filters: in shared memory.
  __device__ __forceinline__ ForwardOperands(const Patches& g, const Corner* corners,
                                             const float* const* filters)
      : g_(g), corners_(corners), filters_(filters) {
    next_ = CopyPlace<T, T::kDepth, kCount>(threadIdx.x).contiguous;
    tap_ = Odometer(next_, g.kernel_w, g.group_channels);
  }

  __device__ __forceinline__ void fetch(float* rows, float* columns, unsigned thread) {
    const bool in_depth = tap_.a < g_.kernel_h;
    const int down = tap_.a * g_.dilation_h, right = tap_.b * g_.dilation_w;
    fetch_patch_rows<T, kCount>(g_, corners_, down, right, g_.offset(down, right) + tap_.c,
                                in_depth, thread, rows);
    fetch_filters<T, kCount>(filters_, next_, in_depth, thread, columns);
    tap_.advance(g_.step, g_.kernel_w, g_.group_channels);
    next_ += T::kDepth;
  }

 private:
  const Patches& g_;
  const Corner* corners_;
  const float* const* filters_;
  int next_;
  Odometer tap_;
};

// A phase of the data gradient, as a block sees it.
struct DataGradientPhase {
  Patches patches;              // of dy, as many as the phase has pixels
  int first_h, first_w;         // the phase's first pixel
  int pixel_row, pixel_column;  // elements of dy between tap rows, tap columns
  // Where in a turned filter the depth begins; elements from a tap row (column) to the next one,
  // which is before it.
  int tap, tap_row, tap_column;
};

// Data gradient: patches of dy, and filters turned to (channel, row, column, output).
template <class T, int kCount>
class TurnedOperands {
 public:
  using RowLayout = DepthMajor<T::kThreadRows, T::kRowQuads>;
  using ColumnLayout = DepthMajor<T::kThreadColumns, T::kColumnQuads>;

  // g: of dy; phase, corners, filters: in shared memory.
  __device__ __forceinline__ TurnedOperands(const Patches& g, const DataGradientPhase& phase,
                                            const Corner* corners, const float* const* filters)
      : g_(g), phase_(phase), corners_(corners), filters_(filters) {
    tap_ = Odometer(CopyPlace<T, T::kDepth, kCount>(threadIdx.x).contiguous, phase.patches.kernel_w,
                    g.group_channels);
  }

  __device__ __forceinline__ void fetch(float* rows, float* columns, unsigned thread) {
    const Patches& taps = phase_.patches;
    const bool in_depth = tap_.a < taps.kernel_h;
    fetch_patch_rows<T, kCount>(g_, corners_, tap_.a * taps.dilation_h, tap_.b * taps.dilation_w,
                                tap_.a * phase_.pixel_row + tap_.b * phase_.pixel_column + tap_.c,
                                in_depth, thread, rows);
    const int offset = phase_.tap + tap_.a * phase_.tap_row + tap_.b * phase_.tap_column + tap_.c;
    fetch_filters<T, kCount>(filters_, offset, in_depth, thread, columns);
    tap_.advance(taps.step, taps.kernel_w, g_.group_channels);
  }

 private:
  const Patches& g_;
  const DataGradientPhase& phase_;
  const Corner* corners_;
  const float* const* filters_;
  Odometer tap_;
};

// Data gradient of filters of one pixel: patches of dy, and the filters as they are.
template <class T, int kCount>
class PointOperands {
 public:
  using RowLayout = DepthMajor<T::kThreadRows, T::kRowQuads>;
  using ColumnLayout = ExtentMajor<T::kThreadColumns, T::kColumnQuads>;

  // g: of dy. w: the group's first filter, from the block's first channel on; `count` channels
  // exist from there on.
  __device__ __forceinline__ PointOperands(const Patches& g, const Corner* corners, const float* w,
                                           int count, int pitch)
      : g_(g), corners_(corners), w_(w), count_(count), pitch_(pitch) {}

  __device__ __forceinline__ void fetch(float* rows, float* columns, unsigned thread) {
    const int channel = done_ + CopyPlace<T, T::kDepth, kCount>(thread).contiguous;
    fetch_patch_rows<T, kCount>(g_, corners_, 0, 0, channel, channel < g_.group_channels, thread,
                                rows);
    fetch_matrix<T, ColumnLayout, kCount>(w_, count_, pitch_, g_.group_channels - done_, thread,
                                          columns);
    w_ += static_cast<long long>(T::kDepth) * pitch_;
    done_ += T::kDepth;
  }

 private:
  const Patches& g_;
  const Corner* corners_;
  const float* w_;  // of the next step
  int count_, pitch_, done_ = 0;
};

// Weight gradient: dy's columns, elements of the patches of x; the depth is pixels.
template <class T, int kRowCount, int kColumnCount>
class WeightGradientOperands {
 public:
  using RowLayout = ExtentMajor<T::kThreadRows, T::kRowQuads>;
  using Columns = PatchColumns<T, kColumnCount>;
  using ColumnLayout = typename Columns::Layout;

  // dy: the block's first output at the first pixel, of which `count` exist from there on; pitch:
  // of a pixel.
  __device__ __forceinline__ WeightGradientOperands(const float* dy, int count, int pitch,
                                                    int pixels, const Columns& columns)
      : dy_(dy), count_(count), pitch_(pitch), left_(pixels), columns_(columns) {}

  __device__ __forceinline__ void fetch(float* rows, float* columns, unsigned thread) {
    fetch_matrix<T, RowLayout, kRowCount>(dy_, count_, pitch_, left_, thread, rows);
    left_ -= T::kDepth;
    dy_ += static_cast<long long>(T::kDepth) * pitch_;
    columns_.fetch(columns, thread);
  }

 private:
  const float* dy_;
  int count_, pitch_, left_;
  Columns columns_;
};

}  // namespace fovea::cuda
