// SPDX-License-Identifier: Apache-2.0
// The right operand of the weight gradient: columns are (tap row, tap column, channel), depth is
// output pixels.
#pragma once

#include "cuda/gemm/odometer.cuh"
#include "cuda/tensor_core/matrix_rows.cuh"
#include "cuda/tensor_core/pixel_windows.h"

namespace fovea::cuda::tensor_core {

struct PatchPass : PixelWindows {
  Odometer step;  // (sample, row, column) by which a step of the main loop moves on

  __host__ __device__ int columns() const { return taps_h * taps_w * channels; }
};

// The corner of a pixel's window, which may lie outside of the image.
template <class Element>
struct alignas(16) WindowCorner {
  const Element* from;
  int h, w;
};

// A step's corners are found by the first threads while the step before it is fetched, and kept in
// shared memory.
template <class Format, int kExtent>
class PatchColumns {
 public:
  using Operand = DepthStrided<Format, kExtent>;
  using Element = typename Format::Element;
  using Corner = WindowCorner<Element>;
  static constexpr int kCorners = 2 * kStepDepth<Format>;

  // The depth is `depth` pixels from `first` on. corners: kCorners in shared memory.
  __device__ __forceinline__ PatchColumns(const PatchPass& g, const Element* x, int group,
                                          int first_column, int64_t first, int depth,
                                          Corner* corners)
      : g_(g),
        x_(x + int64_t{group} * g.channels),
        corners_(corners),
        left_(depth - static_cast<int>(threadIdx.x)) {
    const int column = first_column + Chunks::chunk() * Format::kChunk;
    const Odometer tap(column, g.taps_w, g.channels);
    down_ = tap.a < g.taps_h ? tap.a * g.dilation_h : kNowhere;
    right_ = tap.b * g.dilation_w;
    offset_ = tap.a < g.taps_h ? (down_ * g.width + right_) * g.groups * g.channels + tap.c : 0;
    const int64_t pixel = first + threadIdx.x, line = pixel / g.out_w;
    at_.a = static_cast<int>(line / g.out_h);
    at_.b = static_cast<int>(line % g.out_h);
    at_.c = static_cast<int>(pixel % g.out_w);
    find_next();
  }

  __device__ __forceinline__ void copy(char* to) {
    const Corner* corners = corners_ + slot_ + Chunks::first_depth();
    find_next();
#pragma unroll
    for (int i = 0; i < Chunks::kCount; i++) {
      const Corner corner = load(corners[i * Chunks::kStride]);
      const bool inside =
          static_cast<unsigned>(corner.h + down_) < static_cast<unsigned>(g_.height) &&
          static_cast<unsigned>(corner.w + right_) < static_cast<unsigned>(g_.width);
      copy_chunk(to + Chunks::offset(i), corner.from + offset_, inside);
    }
  }

 private:
  using Chunks = ChunkOfDepths<Operand>;
  static constexpr int kNowhere = -(1 << 30);

  // By one access.
  __device__ static __forceinline__ Corner load(const Corner& corner) {
    const int4 bits = *reinterpret_cast<const int4*>(&corner);
    Corner copy;
    memcpy(&copy, &bits, sizeof copy);
    return copy;
  }

  __device__ __forceinline__ void find_next() {
    slot_ ^= kStepDepth<Format>;
    if (threadIdx.x >= kStepDepth<Format>) return;
    const int h = at_.b * g_.stride_h - g_.top, w = at_.c * g_.stride_w - g_.left;
    const int64_t pixel = (int64_t{at_.a} * g_.height + h) * g_.width + w;
    const bool exists = left_ > 0;
    corners_[slot_ + static_cast<int>(threadIdx.x)] = {
        exists ? x_ + pixel * (g_.groups * g_.channels) : x_, exists ? h : kNowhere, w};
    at_.advance(g_.step, g_.out_h, g_.out_w);
    left_ -= kStepDepth<Format>;
  }

  const PatchPass& g_;
  const Element* x_;
  Corner* corners_;
  int left_;  // of the first threads: pixels from theirs of the next step on
  int down_, right_, offset_;
  int slot_ = 0;
  Odometer at_;  // of the first threads: the pixel of the next step
};

}  // namespace fovea::cuda::tensor_core
