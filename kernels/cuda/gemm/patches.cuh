// SPDX-License-Identifier: Apache-2.0
// A convolution's input as a matrix: one row per output pixel, in the order (sample, row, column),
// one column per element of its patch, in the order (filter row, filter column, channel). An
// element lies at its window's corner plus an offset that is its tap's.
#pragma once

#include "cuda/gemm/main_loop.cuh"
#include "cuda/gemm/odometer.cuh"

namespace fovea::cuda {

// REQUIRES: an image with its padding has fewer than 2^31 elements; so have all windows' offsets.
struct Patches {
  int height = 1, width = 1, channels = 1, group_channels = 1;  // of the array that is read
  int kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  int top = 0, left = 0;  // the first window's corner is pixel (-top, -left)
  int out_h = 1, out_w = 1;
  int samples = 1;
  // How the product's depth moves on by a step of the main loop: through (filter row, column,
  // channel), or in the weight gradient through (sample, output row, column).
  Odometer step;

  __host__ __device__ int depth() const { return kernel_h * kernel_w * group_channels; }
  __host__ __device__ long long sample_pixels() const {
    return static_cast<long long>(out_h) * out_w;
  }
  __host__ __device__ long long pixels() const { return samples * sample_pixels(); }
  __device__ bool inside(int h, int w) const {
    return static_cast<unsigned>(h) < static_cast<unsigned>(height) &&
           static_cast<unsigned>(w) < static_cast<unsigned>(width);
  }
  __device__ int offset(int down, int right) const { return (down * width + right) * channels; }
};

// The corner of a window, which may lie outside of the image.
struct alignas(16) Corner {
  const float* from;
  int h, w;
};

// By one access.
__device__ __forceinline__ Corner load(const Corner& corner) {
  const int4 bits = *reinterpret_cast<const int4*>(&corner);
  Corner copy;
  memcpy(&copy, &bits, sizeof copy);
  return copy;
}

// x: at the group's first channel.
__device__ __forceinline__ Corner corner_of(const Patches& g, const float* x, int n, int p, int q) {
  const int h = p * g.stride_h - g.top, w = q * g.stride_w - g.left;
  const long long image = static_cast<long long>(n) * g.offset(g.height, 0);
  return {x + image + g.offset(h, w), h, w};
}

// Nothing of its window is inside.
__device__ __forceinline__ Corner no_corner(const float* x) { return {x, -(1 << 30), -(1 << 30)}; }

// Which elements of a step a thread copies: kCount neighbours along the contiguous index, and again
// kStride further along the other one.
template <class T, int kContiguous, int kCount>
struct CopyPlace {
  static constexpr unsigned kRun = kContiguous / kCount;  // threads along the contiguous index
  static constexpr int kStride = T::kThreads / static_cast<int>(kRun);
  int contiguous, other;

  __device__ __forceinline__ explicit CopyPlace(unsigned thread)
      : contiguous(static_cast<int>(thread % kRun * kCount)),
        other(static_cast<int>(thread / kRun)) {}
};

// Starts the copy of kCount floats; zeros instead where not `valid`: nothing is read then.
template <int kCount>
__device__ __forceinline__ void copy_or_zero(float* to, const float* from, bool valid) {
  constexpr int kBytes = 4 * kCount;
  cuda_portable::async_copy<kBytes>(to, from, valid ? kBytes : 0);
}

// Copies to extents `other` + i of a DepthMajor step: kUnroll of them are worth registers.
template <class T, int kExtent, int kCount>
inline constexpr int kDepthMajorUnroll =
    kCount == 4 ? kExtent / CopyPlace<T, T::kDepth, kCount>::kStride : 2;

// Corners of the block's rows, in the order of DepthMajor's rows.
template <class T>
__device__ __forceinline__ void find_corners(const Patches& g, const float* x, long long first_row,
                                             Corner* corners) {
  using Layout = DepthMajor<T::kThreadRows, T::kRowQuads>;
  for (int i = static_cast<int>(threadIdx.x); i < T::kRows; i += T::kThreads) {
    const long long row = first_row + Layout::position_of_row(i);
    if (row < g.pixels()) {
      const long long line = row / g.out_w;
      corners[i] = corner_of(g, x, static_cast<int>(line / g.out_h),
                             static_cast<int>(line % g.out_h), static_cast<int>(row % g.out_w));
    } else {
      corners[i] = no_corner(x);
    }
  }
}

// Rows of the product: patches, `offset` elements on from their corners, which is at the pixels
// `down` and `right` of them. kCount: 4 where runs of channels may be copied by 16 bytes.
template <class T, int kCount>
__device__ __forceinline__ void fetch_patch_rows(const Patches& g, const Corner* corners, int down,
                                                 int right, int offset, bool in_depth,
                                                 unsigned thread, float* tile) {
  using Layout = DepthMajor<T::kThreadRows, T::kRowQuads>;
  using Place = CopyPlace<T, T::kDepth, kCount>;
  const Place place(thread);
#pragma unroll kDepthMajorUnroll < T, T::kRows, kCount>
  for (int i = 0; i < T::kRows; i += Place::kStride) {
    const Corner corner = load(corners[place.other + i]);
    copy_or_zero<kCount>(
        tile + Layout::template index<Place::kStride>(place.other, place.contiguous, i),
        corner.from + offset, in_depth && g.inside(corner.h + down, corner.w + right));
  }
}

// Columns of the product: elements of patches, whose pixels are the depth.
template <class T, int kCount>
class PatchColumns {
 public:
  using Layout = ExtentMajor<T::kThreadColumns, T::kColumnQuads>;
  using Place = CopyPlace<T, T::kColumns, kCount>;

  // x: at the group's first channel. first_column: the block's first element of the patch. The
  // depth is `pixels` from `begin` on. corners: 2 * kDepth of shared memory; a step's are found
  // while the step before it is fetched.
  __device__ __forceinline__ PatchColumns(const Patches& g, const float* x, int first_column,
                                          long long begin, int pixels, Corner* corners)
      : g_(g), x_(x), corners_(corners), left_(pixels) {
    const unsigned thread = threadIdx.x;
    const int element = first_column + Place(thread).contiguous;
    const bool exists = element < g.depth();
    const Odometer tap(exists ? element : 0, g.kernel_w, g.group_channels);
    down_ = exists ? tap.a * g.dilation_h : -(1 << 30);
    right_ = tap.b * g.dilation_w;
    offset_ = exists ? g.offset(down_, right_) + tap.c : 0;
    const long long at = begin + static_cast<int>(thread % T::kDepth), line = at / g.out_w;
    at_.a = static_cast<int>(line / g.out_h);
    at_.b = static_cast<int>(line % g.out_h);
    at_.c = static_cast<int>(at % g.out_w);
    find_next(thread);
  }

  __device__ __forceinline__ void fetch(float* tile, unsigned thread) {
    const Place place(thread);
    const Corner* corners = corners_ + slot_;
    find_next(thread);
#pragma unroll 2
    for (int i = 0; i < T::kDepth; i += Place::kStride) {
      const Corner corner = load(corners[place.other + i]);
      copy_or_zero<kCount>(tile + Layout::index(place.other + i, place.contiguous),
                           corner.from + offset_, g_.inside(corner.h + down_, corner.w + right_));
    }
  }

 private:
  __device__ __forceinline__ void find_next(unsigned thread) {
    slot_ ^= T::kDepth;
    if (thread < T::kDepth) {
      corners_[slot_ + thread] =
          static_cast<int>(thread) < left_ ? corner_of(g_, x_, at_.a, at_.b, at_.c) : no_corner(x_);
      at_.advance(g_.step, g_.out_h, g_.out_w);
    }
    left_ -= T::kDepth;
  }

  const Patches& g_;
  const float* x_;
  Corner* corners_;
  int left_;  // pixels from the next step on
  int down_, right_, offset_;
  int slot_ = 0;
  Odometer at_;  // of the first threads: sample, row, column
};

}  // namespace fovea::cuda
